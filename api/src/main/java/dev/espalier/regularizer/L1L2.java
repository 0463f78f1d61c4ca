package dev.espalier.regularizer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * L1 and L2 regularization: {@code l1 * sum(|w|) + l2 * sum(w^2)}, as Keras' L1L2. Immutable and
 * thread-safe.
 *
 * @param l1 L1 factor, 0 or more
 * @param l2 L2 factor, 0 or more
 */
public record L1L2(double l1, double l2) implements Regularizer {
  /** Checks the ranges. */
  public L1L2 {
    if (!(l1 >= 0 && l2 >= 0) || Double.isInfinite(l1 + l2)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A regularizer cannot have the factors " + l1 + " and " + l2 + ".",
          "Give numbers of 0 or more, such as 1e-4.");
    }
  }

  @Override
  public Tensor penalty(Ops ops, Tensor weight) {
    Tensor absolute = ops.multiply(ops.sum(ops.abs(weight)), l1);
    Tensor squares = ops.multiply(ops.sum(ops.square(weight)), l2);
    if (l2 == 0) {
      return absolute;
    }
    return l1 == 0 ? squares : ops.add(absolute, squares);
  }
}
