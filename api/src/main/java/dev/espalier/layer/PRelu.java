package dev.espalier.layer;

import dev.espalier.activation.BuiltInActivation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Parametric rectified linear unit (He and others, 2015): {@code x} where x is 0 or more, else
 * {@code alpha * x} with a trainable alpha. The output has the shape of the input. Variable: {@code
 * alpha}, with the shape of the input without the batch axis, and size 1 along shared axes.
 * Immutable and thread-safe.
 *
 * <pre>{@code
 * PRelu.create().sharedAxes(1, 2)   // one slope for each channel of images
 * }</pre>
 *
 * @param alphaInitializer initial values of alpha
 * @param sharedAxes axes along which alpha is shared, counted from 0, the batch axis; each 1 or
 *     more
 */
public record PRelu(Initializer alphaInitializer, List<Integer> sharedAxes) implements Layer {
  /** Copies the axes and checks them. */
  public PRelu {
    sharedAxes = List.copyOf(sharedAxes);
    for (int axis : sharedAxes) {
      ArgumentChecks.require(
          axis >= 1, "shared axis", axis, "Count the batch axis: give 1 or more.");
    }
  }

  /** Returns a layer with Keras' defaults: slopes that start at 0, one for each element. */
  public static PRelu create() {
    return new PRelu(Initializers.zeros(), List.of());
  }

  /** Returns this layer with one slope along axes, which are counted with the batch axis. */
  public PRelu sharedAxes(int... axes) {
    return new PRelu(alphaInitializer, IntStream.of(axes).boxed().toList());
  }

  /** Returns this layer with other initial slopes. */
  public PRelu alphaInitializer(Initializer initializer) {
    return new PRelu(initializer, sharedAxes);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.single(inputs);
    Shape slopes = x.shape().withoutBatch();
    for (int axis : sharedAxes) {
      if (axis > slopes.rank()) {
        throw new EspalierException(
            ErrorCode.SHAPE_MISMATCH,
            "The input has the shape "
                + x.shape()
                + ", so there is no axis "
                + axis
                + " to share parameters along.",
            "Count axes from 0, the batch axis.");
      }
      slopes = slopes.with(axis - 1, 1);
    }
    Tensor alpha = context.weight("alpha", slopes, alphaInitializer);
    Tensor negative = ops.multiply(BuiltInActivation.negativePart(ops, x), alpha);
    return ops.add(BuiltInActivation.relu(ops, x), negative);
  }

  @Override
  public String typeName() {
    return "PReLU";
  }
}
