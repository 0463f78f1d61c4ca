package dev.espalier.optimizer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.List;

/**
 * Decoupled weight decay, the same for all optimizers: before the gradient moves it, each weight
 * loses a part of itself per unit of learning rate (Loshchilov and Hutter, 2019). Immutable.
 *
 * @param part that is taken off per unit of learning rate; 0 takes nothing
 * @param undecayed names of variables that keep their size: whole names or the part after the
 *     layer's
 */
record WeightDecay(double part, List<String> undecayed) {
  /** Checks the part of the optimizer that is named in the message. */
  static void requireUsable(String optimizer, double part) {
    if (!(part >= 0) || Float.isInfinite((float) part)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The weight decay of " + optimizer + " cannot be " + part + ".",
          "Give a number of 0 or more, such as 0.004.");
    }
  }

  /** Returns the decayed weight, or the weight itself if it keeps its size. */
  Tensor of(Optimizer.Update update, Tensor weight) {
    if (!applies(update.variable().name())) {
      return weight;
    }
    Ops ops = update.ops();
    return ops.subtract(weight, ops.multiply(ops.multiply(weight, part), update.learningRate()));
  }

  private boolean applies(String variable) {
    return part != 0
        && undecayed.stream()
            .noneMatch(name -> variable.equals(name) || variable.endsWith("/" + name));
  }
}
