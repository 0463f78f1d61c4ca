package dev.espalier.optimizer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.List;

/**
 * Decoupled weight decay, the same for all optimizers: before the gradient step, each weight w is
 * reduced by {@code learning rate * rate * w} (Loshchilov and Hutter, 2019). Immutable.
 *
 * @param rate weight decay; 0 for none
 * @param undecayed names of variables without decay: whole names, or names without that of the
 *     layer
 */
record WeightDecay(double rate, List<String> undecayed) {
  /** Checks the weight decay of an optimizer, which the error names. */
  static void requireUsable(String optimizer, double rate) {
    if (!(rate >= 0) || Float.isInfinite((float) rate)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The weight decay of " + optimizer + " cannot be " + rate + ".",
          "Give a number of 0 or more, such as 0.004.");
    }
  }

  /** Returns the decayed weight, or the weight itself if it is not decayed. */
  Tensor of(Optimizer.Update update, Tensor weight) {
    if (!applies(update.variable().name())) {
      return weight;
    }
    Ops ops = update.ops();
    return ops.subtract(weight, ops.multiply(ops.multiply(weight, rate), update.learningRate()));
  }

  private boolean applies(String variable) {
    return rate != 0
        && undecayed.stream()
            .noneMatch(name -> variable.equals(name) || variable.endsWith("/" + name));
  }
}
