package dev.espalier.loss;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Kullback-Leibler divergence: {@code sum(target * ln(target / prediction))} over the classes, with
 * both clipped to [1e-7, 1]. Targets are class probabilities float32 {@code [batch, classes]} or
 * class indices int32 {@code [batch]}; predictions are probabilities, float32 {@code [batch,
 * classes]}. Immutable and thread-safe.
 */
public record KlDivergence() implements Loss {
  @Override
  public String name() {
    return "kl-divergence";
  }

  /** Returns no for multi-label targets: the probabilities of a sample add up to 1. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor known = Targets.probabilities(ops, name(), target, prediction);
    Tensor wanted = ops.clip(known, CrossEntropy.EPSILON, 1);
    Tensor given = ops.clip(prediction, CrossEntropy.EPSILON, 1);
    return ops.sum(ops.multiply(wanted, ops.log(ops.divide(wanted, given))), -1);
  }
}
