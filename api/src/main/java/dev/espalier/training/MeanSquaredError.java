package dev.espalier.training;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;

/**
 * The mean of (prediction - target)² over the outputs of a sample. For class indices and several
 * outputs the targets are 1 at the class and 0 elsewhere. Immutable.
 */
public record MeanSquaredError() implements Loss {
  @Override
  public String name() {
    return "mean-squared-error";
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    boolean classes = Targets.areIndices(target) && prediction.shape().size(-1) > 1;
    Tensor wanted =
        classes
            ? Targets.probabilities(ops, name(), target, prediction)
            : Targets.numbers(ops, name(), target, prediction);
    return Targets.meanOfSamples(ops, ops.square(ops.subtract(prediction, wanted)));
  }
}
