package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.internal.LayerChecks;
import java.util.ArrayList;
import java.util.Collections;
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
    LayerChecks.positive("number of sections of a split", sections);
  }

  /** Returns a layer that splits the channels into equal sections. */
  public static ChannelSplit of(int sections) {
    return new ChannelSplit(sections);
  }

  @Override
  public List<Tensor> callAll(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.single(inputs);
    Shape shape = x.shape();
    if (shape.rank() < 2 || shape.size(-1) % sections != 0) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The channels of the input " + shape + " cannot be split into " + sections + ".",
          "Split a multiple of " + sections + " channels.");
    }
    int channels = shape.size(-1) / sections;
    List<Integer> size = new ArrayList<>(shape.sizes());
    size.set(size.size() - 1, channels);
    List<Integer> begin = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
    List<Tensor> outputs = new ArrayList<>();
    for (int section = 0; section < sections; section++) {
      begin.set(begin.size() - 1, section * channels);
      outputs.add(ops.slice(x, begin, size));
    }
    return outputs;
  }
}
