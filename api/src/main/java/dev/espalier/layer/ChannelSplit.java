package dev.espalier.layer;

import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;
import java.util.List;

/**
 * Equal sections of the last axis, each an output of its own: {@code [..., channels]} becomes
 * {@code sections} times {@code [..., channels / sections]}, as {@code keras.ops.split} along the
 * last axis gives them. For gated units and for blocks that work on some of the channels only.
 * Connected with {@link #outputsOn}. Immutable.
 *
 * @param sections how many; the number of channels is a multiple of it
 */
public record ChannelSplit(int sections) implements MultiOutputLayer {
  /** Checks the number. */
  public ChannelSplit {
    ArgumentChecks.positive("number of sections of a split", sections);
  }

  /** Returns a layer that splits the channels into equal sections. */
  public static ChannelSplit of(int sections) {
    return new ChannelSplit(sections);
  }

  @Override
  public List<Tensor> callAll(CallContext context, Tensor... inputs) {
    return context.ops().split(LayerChecks.single(inputs), sections);
  }
}
