package dev.espalier.layer.preprocessing;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.ChannelConstants;
import dev.espalier.layer.internal.LayerChecks;
import java.util.List;

/**
 * Feature-wise normalization with a given mean and variance: {@code y = (x - mean) /
 * max(sqrt(variance), 1e-7)} for each channel, the last axis. The output has the shape of the
 * input. Immutable and thread-safe.
 *
 * @param mean one value per channel, or a single value for all; empty if mean and variance are
 *     non-trainable variables, {@code mean} and {@code variance} {@code [channels]} with {@code
 *     count}, whose values come from a weight file
 * @param variance one value per channel, or a single value for all; empty exactly if {@code mean}
 *     is
 */
public record Normalization(List<Double> mean, List<Double> variance) implements Layer {
  private static final double SMALLEST_DEVIATION = 1e-7;

  /** Copies the lists. */
  public Normalization {
    mean = List.copyOf(mean);
    variance = List.copyOf(variance);
    ArgumentChecks.require(
        mean.isEmpty() == variance.isEmpty(),
        "variance of a normalization layer",
        variance,
        "Give both mean and variance, or neither.");
  }

  /** Returns a layer whose mean (first 0) and variance (first 1) are variables. */
  public static Normalization create() {
    return new Normalization(List.of(), List.of());
  }

  /** Returns a layer with fixed mean and variance and without variables. */
  public static Normalization constant(List<Double> mean, List<Double> variance) {
    ArgumentChecks.require(
        !mean.isEmpty(), "mean of a normalization layer", mean, "Give a number.");
    return new Normalization(mean, variance);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = ops.cast(LayerChecks.single(inputs), DataType.FLOAT32);
    Tensor centre;
    Tensor spread;
    if (mean.isEmpty()) {
      TensorType type = TensorType.float32(x.shape().size(-1));
      centre = context.nonTrainable("mean", type, Initializers.zeros());
      spread = context.nonTrainable("variance", type, Initializers.ones());
      // Not used, but in every Keras weight file: it counts in totals and in the order of arrays.
      TensorType number = TensorType.float32().withDataType(DataType.INT32);
      context.nonTrainable("count", number, Initializers.zeros());
    } else {
      centre = ChannelConstants.of(ops, "mean", mean, x);
      spread = ChannelConstants.of(ops, "variance", variance, x);
    }
    Tensor deviation = ops.maximum(ops.sqrt(spread), ops.constant(SMALLEST_DEVIATION));
    // The reciprocal of a few numbers and a product, instead of a division for each pixel.
    return ops.multiply(ops.subtract(x, centre), ops.unary(Op.UnaryFunction.RECIPROCAL, deviation));
  }
}
