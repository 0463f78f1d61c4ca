package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Changes the shape of each sample without changing its elements or their order: {@code [batch,
 * ...]} becomes {@code [batch, sampleShape...]}. Immutable and thread-safe.
 *
 * @param sampleShape shape of a sample without the batch axis; one size may be -1 and is computed
 *     from the others
 */
public record Reshape(List<Integer> sampleShape) implements Layer {
  /** Copies the list. */
  public Reshape {
    sampleShape = List.copyOf(sampleShape);
    ArgumentChecks.require(
        sampleShape.stream().allMatch(size -> size >= 1 || size == Shape.UNKNOWN)
            && Collections.frequency(sampleShape, Shape.UNKNOWN) <= 1,
        "shape of a reshaped sample",
        sampleShape,
        "Sizes are 1 or more, and -1 at most once.");
  }

  /** Returns a layer that gives samples of the shape. */
  public static Reshape of(int... sampleShape) {
    return new Reshape(Arrays.stream(sampleShape).boxed().toList());
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Tensor x = LayerChecks.single(inputs);
    Shape source = x.shape().withoutBatch();
    long elements = source.elementCount();
    long known = Shape.of(sampleShape.stream().filter(size -> size > 0).toList()).elementCount();
    int open = sampleShape.indexOf(Shape.UNKNOWN);
    if (open < 0 ? known != elements : elements % known != 0) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "A sample of shape " + source + " cannot become " + sampleShape + ".",
          "The number of elements must stay the same.");
    }
    Shape target = Shape.of(sampleShape);
    if (open >= 0) {
      target = target.with(open, (int) Math.min(elements / known, Integer.MAX_VALUE));
    }
    return context.ops().reshape(x, target.withBatch(x.shape().size(0)));
  }
}
