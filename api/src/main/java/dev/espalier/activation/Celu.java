package dev.espalier.activation;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;

/**
 * Continuously differentiable exponential linear unit (Barron, 2017): {@code max(x, 0) + min(alpha
 * * (exp(x / alpha) - 1), 0)}. Unlike {@link Elu}, its slope at zero is continuous for every alpha.
 * Immutable and thread-safe.
 *
 * @param alpha the negative of the limit for very negative inputs; above 0
 */
public record Celu(double alpha) implements Activation {
  /** Checks the factor. */
  public Celu {
    ArgumentChecks.require(
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
