package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Dropout: in training, sets a random fraction of the elements to zero and multiplies the others by
 * {@code 1 / (1 - rate)}, which preserves the expected value; in inference, returns its input.
 * Freezing the layer does not disable it, as in Keras. The output has the shape of the input.
 * Immutable and thread-safe.
 *
 * @param rate fraction of elements to drop, from 0 to 1
 * @param noiseShape shape of the random mask including the batch axis: an axis of size 1 is
 *     broadcast, so that all its elements are dropped together, and -1 stands for the size of the
 *     input; empty for an independent decision per element
 */
public record Dropout(double rate, List<Integer> noiseShape) implements Layer {
  /** Copies the list and checks the ranges. */
  public Dropout {
    noiseShape = List.copyOf(noiseShape);
    ArgumentChecks.fraction("rate of a dropout layer", rate);
    ArgumentChecks.require(
        noiseShape.stream().allMatch(size -> size >= 1 || size == Shape.UNKNOWN),
        "noise shape of a dropout layer",
        noiseShape,
        "Sizes are 1 or more, or -1 for the size of the input.");
  }

  /** Returns a layer that decides for each number. */
  public static Dropout of(double rate) {
    return new Dropout(rate, List.of());
  }

  /**
   * Returns this layer with another shape of the mask; {@code -1, 1, 1, 1} drops whole samples, as
   * in stochastic depth.
   */
  public Dropout noiseShape(int... sizes) {
    return new Dropout(rate, Arrays.stream(sizes).boxed().toList());
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Tensor x = LayerChecks.single(inputs);
    Shape mask = maskShape(x.shape());
    if (context.phase() != Phase.TRAINING || rate == 0) {
      return x;
    }
    Ops ops = context.ops();
    if (rate == 1) {
      return ops.multiply(x, 0);
    }
    Tensor noise = context.randomUniform("mask", mask);
    Tensor kept = ops.compare(Comparison.GREATER_EQUAL, noise, ops.constant(rate));
    Tensor factor = ops.multiply(ops.cast(kept, DataType.FLOAT32), 1 / (1 - rate));
    return ops.multiply(x, factor);
  }

  private Shape maskShape(Shape input) {
    if (noiseShape.isEmpty()) {
      return input;
    }
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < noiseShape.size() && i < input.rank(); i++) {
      int size = noiseShape.get(i) == Shape.UNKNOWN ? input.size(i) : noiseShape.get(i);
      sizes.add(size == 1 || size == input.size(i) ? size : 0);
    }
    if (noiseShape.size() != input.rank() || sizes.contains(0)) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The noise shape " + noiseShape + " does not fit the input " + input + ".",
          "For each axis, give 1, the size of the input, or -1 for that size.");
    }
    return Shape.of(sizes);
  }
}
