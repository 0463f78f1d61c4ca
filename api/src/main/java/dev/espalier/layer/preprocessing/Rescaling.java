package dev.espalier.layer.preprocessing;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.ChannelConstants;
import dev.espalier.layer.internal.LayerChecks;
import java.util.List;

/**
 * Rescales its input: {@code y = x * scale + offset}. The output has the shape of the input.
 * Immutable and thread-safe.
 *
 * @param scale a single value, or one value per channel
 * @param offset a single value, or one value per channel
 */
public record Rescaling(List<Double> scale, List<Double> offset) implements Layer {
  /** Copies the lists. */
  public Rescaling {
    scale = List.copyOf(scale);
    offset = List.copyOf(offset);
    requireNumbers("scale of a rescaling layer", scale);
    requireNumbers("offset of a rescaling layer", offset);
  }

  private static void requireNumbers(String what, List<Double> values) {
    ArgumentChecks.require(
        !values.isEmpty() && values.stream().allMatch(value -> Float.isFinite(value.floatValue())),
        what,
        values,
        "Give one finite value, or one value per channel.");
  }

  /** Returns a layer with one scale for all channels. */
  public static Rescaling of(double scale) {
    return new Rescaling(List.of(scale), List.of(0.0));
  }

  /** Returns a layer with a scale and an offset for each channel. */
  public static Rescaling perChannel(List<Double> scale, List<Double> offset) {
    return new Rescaling(scale, offset);
  }

  /** Returns this layer with one offset for all channels. */
  public Rescaling offset(double value) {
    return new Rescaling(scale, List.of(value));
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = ops.cast(LayerChecks.single(inputs), DataType.FLOAT32);
    Tensor y = ops.multiply(x, ChannelConstants.of(ops, "scale", scale, x));
    if (offset.stream().allMatch(value -> value == 0)) {
      return y;
    }
    return ops.add(y, ChannelConstants.of(ops, "offset", offset, x));
  }
}
