package dev.espalier.cli.text;

import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.schedule.ConstantLearningRate;
import dev.espalier.schedule.LearningRateSchedule;

/** Describes an optimizer and its settings. */
public final class OptimizerText {
  private OptimizerText() {}

  public static String of(Optimizer optimizer) {
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
    // The class name of a lambda says nothing.
    return schedule instanceof Record
        ? " with the schedule " + schedule.getClass().getSimpleName()
        : " with a schedule";
  }

  private static String decay(double weightDecay) {
    return weightDecay == 0 ? "" : ", weight decay " + weightDecay;
  }
}
