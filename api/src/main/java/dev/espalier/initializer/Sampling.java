package dev.espalier.initializer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomStream;
import java.util.function.DoubleSupplier;

/** Fills float32 arrays with draws from distributions. */
final class Sampling {
  private Sampling() {}

  static HostArray fill(DataType dataType, Shape shape, DoubleSupplier draw) {
    if (dataType != DataType.FLOAT32) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A random initializer cannot fill a variable of type " + dataType + ".",
          "Random initial values are float32.");
    }
    float[] values = new float[shape.arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draw.getAsDouble();
    }
    return HostArray.wrap(shape, values);
  }

  static double uniform(RandomStream random, double limit) {
    return random.nextDouble(-limit, limit);
  }

  /** Returns a normal number no further from zero than two standard deviations. */
  static double truncatedNormal(RandomStream random, double deviation) {
    double draw = random.nextGaussian();
    while (Math.abs(draw) > 2) {
      draw = random.nextGaussian();
    }
    return draw * deviation;
  }

  static void requireNotNegative(String what, double value) {
    if (!(value >= 0) || Float.isInfinite((float) value)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The " + what + " of an initializer cannot be " + value + ".",
          "Give a number of 0 or more.");
    }
  }
}
