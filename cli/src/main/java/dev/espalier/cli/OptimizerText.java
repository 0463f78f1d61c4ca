package dev.espalier.cli;

import dev.espalier.training.Adam;
import dev.espalier.training.AdamW;
import dev.espalier.training.Optimizer;
import dev.espalier.training.Sgd;

/** Says in words what an optimizer is set to. */
final class OptimizerText {
  private OptimizerText() {}

  static String of(Optimizer optimizer) {
    double first = optimizer.learningRate().at(0);
    boolean falls = optimizer.learningRate().at(Integer.MAX_VALUE) < first;
    String rate = " at " + first + (falls ? " falling to 0" : "");
    if (optimizer instanceof Adam adam) {
      return (adam.amsgrad() ? "Adam (AMSGrad)" : "Adam") + rate;
    }
    if (optimizer instanceof AdamW adam) {
      return (adam.amsgrad() ? "AdamW (AMSGrad)" : "AdamW") + rate + decay(adam.weightDecay());
    }
    if (!(optimizer instanceof Sgd sgd)) {
      return optimizer.name() + rate;
    }
    return "SGD"
        + rate
        + (sgd.momentum() == 0
            ? ""
            : ", " + (sgd.lookAhead() ? "Nesterov momentum " : "momentum ") + sgd.momentum())
        + decay(sgd.weightDecay());
  }

  private static String decay(double part) {
    return part == 0 ? "" : ", weight decay " + part;
  }
}
