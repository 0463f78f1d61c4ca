package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * Half a period of a cosine from the initial learning rate to {@code alpha} times it, then
 * constant: rate·((1 - alpha)·(1 + cos(pi·s/steps))/2 + alpha) with s = min(step, steps), as Keras
 * computes it without warm-up (Loshchilov and Hutter, 2017). Immutable.
 *
 * @param initialLearningRate at step 0
 * @param steps until the end of the decay, 1 or more
 * @param alpha the part of the initial rate that stays, from 0 to 1
 */
public record CosineDecay(double initialLearningRate, long steps, double alpha)
    implements LearningRateSchedule {
  /** Checks the ranges. */
  public CosineDecay {
    if (!(initialLearningRate >= 0)
        || Float.isInfinite((float) initialLearningRate)
        || steps < 1
        || !(alpha >= 0 && alpha <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A cosine decay cannot go from the rate "
              + initialLearningRate
              + " over "
              + steps
              + " steps to the part "
              + alpha
              + ".",
          "Give a rate of 0 or more, 1 step or more, and a part from 0 to 1.");
    }
  }

  /** Returns a decay to 0. */
  public static CosineDecay of(double initialLearningRate, long steps) {
    return new CosineDecay(initialLearningRate, steps, 0);
  }

  @Override
  public double at(long step) {
    double progress = (double) Math.min(step, steps) / steps;
    double cosine = (1 + StrictMath.cos(Math.PI * progress)) / 2;
    return initialLearningRate * ((1 - alpha) * cosine + alpha);
  }
}
