package dev.espalier.training;

import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import org.jspecify.annotations.Nullable;

/**
 * What a callback may see and change of a running training. Made by the trainer; used on the thread
 * that calls the hooks.
 */
public interface TrainingControl {
  /** Returns the learning rate of the next step. */
  double learningRate();

  /**
   * Sets the learning rate from the next step on.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_TRAINING_SETTING} if the optimizer
   *     follows a schedule, or the value is negative or not finite
   */
  void setLearningRate(double learningRate);

  /** Returns whether the learning rate is a number that callbacks may set, not a schedule. */
  boolean learningRateAdjustable();

  /** Asks training to end after this batch or epoch. The first reason is kept. */
  void requestStop(String reason);

  /** Returns the reason to stop, or null if none was given in this fit. */
  @Nullable String stopReason();

  /**
   * Returns which way a monitored figure improves, looked up among the loss and the metrics without
   * the prefix {@code val_}; null if it is neither.
   */
  Metric.@Nullable Direction direction(String monitor);

  /** Returns the model being trained. */
  Model model();

  /** Returns a copy of the weights and statistics as they are now. */
  Weights weights();

  /** Gives the weights and statistics other values. */
  void setWeights(Weights weights);

  /** Tells the user something: printed above the progress line. */
  void message(String text);
}
