package dev.espalier.activation;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;

/**
 * Exponential linear unit (Clevert and others, 2016): {@code x} where x is above 0, else {@code
 * alpha * (exp(x) - 1)}. Immutable and thread-safe.
 *
 * @param alpha the negative of the limit for very negative inputs; 1 in {@link Activation#ELU}
 */
public record Elu(double alpha) implements Activation {
  /** Checks the factor. */
  public Elu {
    ArgumentChecks.require(
        Double.isFinite(alpha), "alpha of an ELU", alpha, "Give a finite number, such as 1.");
  }

  @Override
  public Tensor apply(Ops ops, Tensor x) {
    Tensor negative = ops.multiply(BuiltInActivation.expm1OfNegativePart(ops, x), alpha);
    return ops.add(BuiltInActivation.relu(ops, x), negative);
  }
}
