package dev.espalier.layer.attention;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;
import java.util.List;

/**
 * Prepends one trainable vector, the same for all samples, to a sequence: {@code [batch, positions,
 * dim]} becomes {@code [batch, 1 + positions, dim]}. A vision transformer classifies an image by
 * the final value of this position. Variable: {@code token} {@code [1, 1, dim]}. Immutable and
 * thread-safe.
 *
 * @param initializer initial values of the vector
 */
public record ClassToken(Initializer initializer) implements Layer {
  /** Returns a layer whose vector starts at zero. */
  public static ClassToken create() {
    return new ClassToken(Initializers.zeros());
  }

  /** Returns this layer with other initial values. */
  public ClassToken initializer(Initializer value) {
    return new ClassToken(value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.single(inputs);
    Shape shape = LayerChecks.sequence(x.shape());
    Tensor token = context.weight("token", Shape.of(1, 1, shape.size(2)), initializer);
    // The sum of both with zeros in each other's place: no operation repeats a vector as often as
    // an unknown batch asks for, but a sum does.
    List<Integer> none = List.of(0, 0, 0);
    Tensor later = ops.apply(new Op.Pad(List.of(0, 1, 0), none), List.of(x)).get(0);
    Tensor first = ops.apply(new Op.Pad(none, List.of(0, shape.size(1), 0)), List.of(token)).get(0);
    return ops.add(later, first);
  }
}
