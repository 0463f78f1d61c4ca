package dev.espalier.cli;

import dev.espalier.training.Optimizer;
import dev.espalier.training.Sgd;

/** Says in words what an optimizer is set to. */
final class OptimizerText {
  private OptimizerText() {}

  static String of(Optimizer optimizer) {
    double first = optimizer.learningRate().at(0);
    boolean falls = optimizer.learningRate().at(Integer.MAX_VALUE) < first;
    String rate = " at " + first + (falls ? " falling to 0" : "");
    if (!(optimizer instanceof Sgd sgd)) {
      return optimizer.name() + rate;
    }
    return "SGD"
        + rate
        + (sgd.momentum() == 0
            ? ""
            : ", " + (sgd.lookAhead() ? "Nesterov momentum " : "momentum ") + sgd.momentum())
        + (sgd.weightDecay() == 0 ? "" : ", weight decay " + sgd.weightDecay());
  }
}
