package dev.espalier.cli;

import dev.espalier.schedule.ConstantLearningRate;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.Adam;
import dev.espalier.training.AdamW;
import dev.espalier.training.Optimizer;
import dev.espalier.training.Sgd;

/** Says in words what an optimizer is set to. */
final class OptimizerText {
  private OptimizerText() {}

  static String of(Optimizer optimizer) {
    String rate = rate(optimizer.learningRate());
    if (optimizer instanceof Adam adam) {
      return (adam.amsgrad() ? "Adam (AMSGrad)" : "Adam") + rate;
    }
    if (optimizer instanceof AdamW adam) {
      return (adam.adam().amsgrad() ? "AdamW (AMSGrad)" : "AdamW")
          + rate
          + decay(adam.weightDecay());
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

  private static String rate(LearningRateSchedule schedule) {
    if (schedule instanceof ConstantLearningRate constant) {
      return " at " + constant.learningRate();
    }
    // Of one that is no record, such as a lambda, the class says nothing.
    return schedule instanceof Record
        ? " with the schedule " + schedule.getClass().getSimpleName()
        : " with a schedule";
  }

  private static String decay(double part) {
    return part == 0 ? "" : ", weight decay " + part;
  }
}
