package dev.espalier.loss;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Op.BinaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/** The factor of focal losses, which counts easy samples less (Lin and others, 2017). */
final class Focal {
  static final double ALPHA = 0.25;
  static final double GAMMA = 2;

  private Focal() {}

  /** Returns (1 - p) to the power of gamma. */
  static Tensor factor(Ops ops, Tensor probability, double gamma) {
    Tensor rest = ops.subtract(ops.constant(1), probability);
    // At 0 the power has no derivative if gamma is below 1.
    Tensor usable = ops.maximum(rest, ops.constant(CrossEntropy.EPSILON));
    return ops.binary(BinaryFunction.POWER, usable, ops.constant(gamma));
  }

  static void requireAlpha(double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The alpha of a focal loss cannot be " + alpha + ".",
          "Give a number from 0 to 1, such as 0.25.");
    }
  }

  static void requireGamma(double gamma) {
    if (!(gamma >= 0) || Float.isInfinite((float) gamma)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The gamma of a focal loss cannot be " + gamma + ".",
          "Give a number of 0 or more, such as 2.");
    }
  }
}
