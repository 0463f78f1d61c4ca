package dev.espalier.layer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * x, and alpha·(exp(x) - 1) below zero (Clevert and others, 2016). Immutable.
 *
 * @param alpha what it approaches far below zero, with the sign changed; 1 in {@link
 *     Activation#ELU}
 */
public record Elu(double alpha) implements Activation {
  /** Checks the factor. */
  public Elu {
    LayerChecks.require(
        Double.isFinite(alpha), "alpha of an ELU", alpha, "Give a finite number, such as 1.");
  }

  @Override
  public Tensor apply(Ops ops, Tensor x) {
    Tensor negative = ops.multiply(BuiltInActivation.expm1OfNegativePart(ops, x), alpha);
    return ops.add(BuiltInActivation.relu(ops, x), negative);
  }
}
