package dev.espalier.layer;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * x, and alpha·(exp(x/alpha) - 1) below zero, which is smooth at zero for every alpha (Barron,
 * 2017). Immutable.
 *
 * @param alpha what it approaches far below zero, with the sign changed; above 0
 */
public record Celu(double alpha) implements Activation {
  /** Checks the factor. */
  public Celu {
    LayerChecks.require(
        alpha > 0 && Double.isFinite(alpha),
        "alpha of a CELU",
        alpha,
        "Give a finite number above 0, such as 1.");
  }

  @Override
  public Tensor apply(Ops ops, Tensor x) {
    Tensor scaled = ops.multiply(x, 1 / alpha);
    Tensor negative = ops.multiply(BuiltInActivation.expm1OfNegativePart(ops, scaled), alpha);
    return ops.add(BuiltInActivation.relu(ops, x), negative);
  }
}
