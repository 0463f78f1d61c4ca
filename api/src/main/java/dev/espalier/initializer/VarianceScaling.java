package dev.espalier.initializer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomStream;

/**
 * Random values with variance {@code scale / fan}, which preserves the scale of signals from layer
 * to layer. Fans are counted as in Keras: a kernel {@code [height, width, in, out]} has fan-in
 * {@code height * width * in} and fan-out {@code height * width * out}, so that the fan-out of a
 * depthwise kernel {@code [height, width, channels, 1]} is {@code height * width}. Immutable and
 * thread-safe.
 *
 * @param scale scaling factor of the variance, 0 or more
 * @param mode which fan the variance is divided by
 * @param distribution distribution that values are drawn from
 */
public record VarianceScaling(double scale, Mode mode, Distribution distribution)
    implements Initializer {
  /** The standard deviation of the standard normal distribution cut at -2 and 2. */
  private static final double TRUNCATED_DEVIATION = 0.8796256610342398;

  /** What the variance is divided by. */
  public enum Mode {
    /** What flows into one output unit. */
    FAN_IN,
    /** What one input unit flows into. */
    FAN_OUT,
    /** The mean of both. */
    FAN_AVG
  }

  /** How the numbers are distributed. */
  public enum Distribution {
    /**
     * Normal, truncated at two standard deviations of the untruncated distribution, which is
     * widened so that the variance after cutting is the wanted one.
     */
    TRUNCATED_NORMAL,
    /** Normal. */
    UNTRUNCATED_NORMAL,
    /** Uniform. */
    UNIFORM
  }

  /** Checks the range. */
  public VarianceScaling {
    Sampling.requireNotNegative("scale", scale);
  }

  @Override
  public HostArray create(DataType dataType, Shape shape, RandomStream random) {
    double variance = scale / Math.max(1, fan(shape));
    return switch (distribution) {
      case TRUNCATED_NORMAL -> {
        double deviation = Math.sqrt(variance) / TRUNCATED_DEVIATION;
        yield Sampling.fill(dataType, shape, () -> Sampling.truncatedNormal(random, deviation));
      }
      case UNTRUNCATED_NORMAL -> {
        double deviation = Math.sqrt(variance);
        yield Sampling.fill(dataType, shape, () -> random.nextGaussian() * deviation);
      }
      case UNIFORM -> {
        double limit = Math.sqrt(3 * variance);
        yield Sampling.fill(dataType, shape, () -> Sampling.uniform(random, limit));
      }
    };
  }

  private double fan(Shape shape) {
    double fanIn = fan(shape, 2);
    double fanOut = fan(shape, 1);
    return switch (mode) {
      case FAN_IN -> fanIn;
      case FAN_OUT -> fanOut;
      case FAN_AVG -> (fanIn + fanOut) / 2;
    };
  }

  private static double fan(Shape shape, int axisFromTheEnd) {
    if (shape.rank() < 2) {
      return shape.rank() == 0 ? 1 : shape.size(0);
    }
    double receptiveField = 1;
    for (int i = 0; i < shape.rank() - 2; i++) {
      receptiveField *= shape.size(i);
    }
    return receptiveField * shape.size(-axisFromTheEnd);
  }
}
