package dev.espalier.layer.attention;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Selects one position of a sequence: {@code [batch, positions, dim]} becomes {@code [batch, dim]}.
 * {@link ClassToken} puts its token at position 0. Immutable and thread-safe.
 *
 * @param position index counted from 0, or from the end if negative
 */
public record SelectPosition(int position) implements Layer {
  /** Returns a layer that selects a position. */
  public static SelectPosition of(int position) {
    return new SelectPosition(position);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.single(inputs);
    Shape shape = LayerChecks.sequence(x.shape());
    int positions = shape.size(1);
    if (position >= positions || position < -positions) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "There is no position " + position + " in the input " + shape + ".",
          "Positions are 0 to " + (positions - 1) + ", or -1 to " + -positions + " from the end.");
    }
    int index = position < 0 ? position + positions : position;
    return ops.gather(x, ops.constant(HostArray.scalar(index)), 1);
  }
}
