package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;

/**
 * Brier score: the mean squared difference between predicted probabilities and what came true. With
 * one output {@code (p - t)^2}, from 0 to 1; with several, the sum over the classes, from 0 to 2,
 * as in scikit-learn's {@code brier_score_loss}. Lower is better; it rewards both accuracy and
 * calibration. Targets are class indices int32 {@code [batch]} or class probabilities; predictions
 * are probabilities, float32 {@code [batch, classes]}. Immutable and thread-safe.
 */
public record BrierScore() implements MeanMetric {
  @Override
  public String name() {
    return "brier_score";
  }

  @Override
  public Goal goal() {
    return Goal.MIN;
  }

  /** Returns no for multi-label targets, for which it is the {@link MeanSquaredError}. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor error = ops.subtract(prediction, Targets.values(ops, name(), target, prediction));
    return ops.sum(ops.square(error), -1);
  }
}
