package dev.espalier.loss;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Squared hinge loss: the mean of {@code max(0, 1 - target * prediction)^2} over the outputs of a
 * sample. Targets are 0 or 1, where 0 counts as -1, or -1 and 1, float32 {@code [batch, n]}; class
 * indices are converted to one-hot vectors if there are several outputs. Predictions are scores
 * around 0, as of a linear layer or after a tanh. Immutable and thread-safe.
 */
public record SquaredHinge() implements Loss {
  @Override
  public String name() {
    return "squared-hinge";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor missing = Hinge.missing(ops, name(), target, prediction);
    return Targets.meanOfSamples(ops, ops.square(missing));
  }
}
