package dev.espalier.testkit.engine;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Gradients of one primitive: what to ask an engine for, and what to expect. */
final class PrimitiveGradients {
  private PrimitiveGradients() {}

  /**
   * Returns the gradients of the sum of the elements of an output, each multiplied by a number of
   * {@code seed}.
   */
  static List<Tensor> asked(Ops ops, Tensor y, List<Tensor> wanted, HostArray seed) {
    TensorType type = seed.type();
    if (!y.shape().isStatic()) {
      type = type.withShape(type.shape().with(0, Shape.UNKNOWN));
    }
    Tensor product = ops.multiply(y, ops.input("seed", type));
    int[] axes = IntStream.range(0, y.shape().rank()).toArray();
    return ops.gradients(ops.sum(product, axes), wanted);
  }

  /** Returns the same gradient with respect to one input, by central differences. */
  static ReferenceArray expected(
      Op op, List<ReferenceArray> inputs, int input, ReferenceArray seed) {
    double step = 1e-5;
    ReferenceArray x = inputs.get(input);
    return ReferenceArray.generate(
        x.type(),
        i -> {
          double above = weighted(op, inputs, input, x.with(i, x.at(i) + step), seed);
          double below = weighted(op, inputs, input, x.with(i, x.at(i) - step), seed);
          return (above - below) / (2 * step);
        });
  }

  private static double weighted(
      Op op, List<ReferenceArray> inputs, int input, ReferenceArray x, ReferenceArray seed) {
    List<ReferenceArray> changed = new ArrayList<>(inputs);
    changed.set(input, x);
    ReferenceArray y = ReferencePrimitives.apply(op, changed).get(0);
    double sum = 0;
    for (int i = 0; i < y.count(); i++) {
      sum += y.at(i) * seed.at(i);
    }
    return sum;
  }
}
