package dev.espalier.activation;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;

/**
 * The Euclidean projection onto probabilities along the last axis: max(x - tau, 0) with the tau for
 * which the elements add up to 1 (Martins and Astudillo, 2016). An element belongs to the support,
 * whose mean gives tau, if 1 + k·x exceeds the sum of the k elements that are as large or larger.
 * Those are found by comparing all pairs: no engine has to sort.
 *
 * <p>Keras 3.15.1 on TensorFlow gives the same where one element is in the support, and zeros for
 * most others, because it adds up all partial sums of the support; that is not followed here.
 */
final class Sparsemax {
  private Sparsemax() {}

  static Tensor apply(Ops ops, Tensor x) {
    Shape shape = x.shape();
    int size = shape.size(-1);
    int rows = 1;
    for (int axis = 1; axis < shape.rank() - 1; axis++) {
      rows *= shape.size(axis);
    }
    Tensor each = ops.reshape(x, Shape.of(shape.size(0), rows, size, 1));
    Tensor others = ops.reshape(x, Shape.of(shape.size(0), rows, 1, size));
    Tensor asLarge = truth(ops, Comparison.GREATER_EQUAL, others, each);
    Tensor count = ops.reduce(Reduction.SUM, asLarge, true, 3);
    Tensor sum = ops.reduce(Reduction.SUM, ops.multiply(asLarge, others), true, 3);
    Tensor support = truth(ops, Comparison.GREATER, ops.add(ops.multiply(count, each), 1), sum);
    Tensor supported = ops.reduce(Reduction.SUM, ops.multiply(support, each), true, 2);
    Tensor tau = ops.divide(ops.add(supported, -1), ops.reduce(Reduction.SUM, support, true, 2));
    Tensor result = BuiltInActivation.relu(ops, ops.subtract(each, tau));
    return ops.reshape(result, shape);
  }

  private static Tensor truth(Ops ops, Comparison comparison, Tensor a, Tensor b) {
    return ops.cast(ops.compare(comparison, a, b), DataType.FLOAT32);
  }
}
