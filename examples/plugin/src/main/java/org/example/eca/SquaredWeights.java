package org.example.eca;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.regularizer.Regularizer;
import java.util.List;

/**
 * An L2 regularizer: large weights cost their square.
 *
 * @param factor how much
 */
record SquaredWeights(double factor) implements Regularizer {
  private static final OptionDescription<Double> FACTOR =
      OptionDescription.number(
              "factor", 0, 1, "L2 factor, multiplied by the sum of squared weights.")
          .withDefault(1e-4);

  static final Component<Regularizer> COMPONENT =
      Component.of(
          "squared-weights",
          "L2 regularization.",
          List.of(FACTOR),
          options -> new SquaredWeights(options.get(FACTOR)));

  @Override
  public Tensor penalty(Ops ops, Tensor weight) {
    return ops.multiply(ops.sum(ops.square(weight)), factor);
  }
}
