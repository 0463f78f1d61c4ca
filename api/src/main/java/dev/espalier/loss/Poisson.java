package dev.espalier.loss;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * Poisson loss: the mean of {@code prediction - target * ln(prediction + 1e-7)} over the outputs of
 * a sample, the negative log-likelihood of counts without its constant term. Predictions are 0 or
 * more, as after a softplus or an exponential; targets have their shape, float32 {@code [batch,
 * ...]}; class indices are converted to one-hot vectors if there are several outputs. Immutable and
 * thread-safe.
 */
public record Poisson() implements Loss {
  @Override
  public String name() {
    return "poisson";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    Tensor count = Targets.values(ops, name(), target, prediction);
    Tensor logarithm = ops.log(ops.add(prediction, CrossEntropy.EPSILON));
    Tensor loss = ops.subtract(prediction, ops.multiply(count, logarithm));
    return Targets.meanOfSamples(ops, loss);
  }
}
