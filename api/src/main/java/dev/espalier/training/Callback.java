package dev.espalier.training;

import java.util.Set;

/**
 * Watches a training and may steer it. Every hook does nothing by default. The trainer calls them
 * on the thread that called {@code fit}, in the order of the list of callbacks; each hook of one
 * batch or epoch shares one {@link Logs}. Validation in {@code fit} calls the test hooks of the
 * same callbacks. An implementation may keep state between hooks and must start afresh in {@link
 * #onTrainBegin}; for trainings that are interrupted and go on it tells that state in {@link
 * #state} and takes it back in {@link #restoreState}.
 */
public interface Callback {
  /** Training starts. */
  default void onTrainBegin(TrainBegin event) {}

  /** An epoch starts. */
  default void onEpochBegin(EpochBegin event) {}

  /** A training batch starts. */
  default void onTrainBatchBegin(BatchBegin event) {}

  /** A training batch has ended; the logs hold the means of the epoch so far. */
  default void onTrainBatchEnd(BatchEnd event) {}

  /** An epoch has ended, its validation included; the logs hold {@code val_} figures too. */
  default void onEpochEnd(EpochEnd event) {}

  /** Training has ended; the logs are those of the last epoch. */
  default void onTrainEnd(TrainEnd event) {}

  /**
   * The training or evaluation ends with an exception, which its caller gets when all callbacks
   * were told. Called instead of {@link #onTrainEnd}, or of {@link #onTestEnd} where nothing is
   * trained, so that after each begin one of the two comes: close here what {@link #onTrainBegin}
   * opened. An exception of this hook is added to the first as suppressed.
   */
  default void onException(Failure event) {}

  /** An evaluation starts. */
  default void onTestBegin(TestBegin event) {}

  /** An evaluation batch starts. */
  default void onTestBatchBegin(BatchBegin event) {}

  /** An evaluation batch has ended; the logs hold the means so far, without prefix. */
  default void onTestBatchEnd(BatchEnd event) {}

  /** An evaluation has ended; the logs hold its figures, without prefix. */
  default void onTestEnd(TestEnd event) {}

  /**
   * Returns the names in the logs that the callback depends on, such as {@code val_loss}. A
   * training whose logs do not have them is refused before its first step, and {@code espalier
   * config check} finds a misspelt name. None by default.
   */
  default Set<String> monitoredLogs() {
    return Set.of();
  }

  /**
   * Returns the names that the callback itself adds to the logs of each epoch, so that others can
   * depend on them. None by default.
   */
  default Set<String> addedLogs() {
    return Set.of();
  }

  /**
   * Returns whether the callback writes the model to files, as those do that save models or
   * checkpoints. Then a model that can never be written to one, because a part of it is no record,
   * is refused before the first step; else there is a warning.
   */
  default boolean savesModel() {
    return false;
  }

  /**
   * Returns what the callback wants to see of each training batch in {@link #onTrainBatchEnd}, with
   * {@link TrainingControl#batch()}: nothing by default, because it costs time. Asked when the
   * training starts.
   */
  default BatchObservation observedBatch() {
    return BatchObservation.nothing();
  }

  /**
   * Returns what the callback has to remember for a training that goes on from a checkpoint. Asked
   * between two hooks. Nothing by default.
   */
  default CallbackState state() {
    return CallbackState.none();
  }

  /**
   * Takes back what {@link #state} returned when the checkpoint was written, from another object
   * with the same settings. Called after {@link #onTrainBegin}, and after {@link #onEpochBegin} if
   * the training goes on in the middle of an epoch; not called if the checkpoint holds nothing.
   */
  default void restoreState(CallbackState state) {}

  /**
   * Start of training.
   *
   * @param epochs the index after the last epoch
   * @param initialEpoch index of the first epoch, from 0
   * @param steps batches in an epoch
   */
  record TrainBegin(TrainingControl control, int initialEpoch, int epochs, int steps) {}

  /** Start of an epoch, counted from 0. */
  record EpochBegin(TrainingControl control, int epoch) {}

  /** Start of a batch, counted from 0 in its epoch or evaluation. */
  record BatchBegin(TrainingControl control, int batch) {}

  /** End of a batch of {@code size} samples. */
  record BatchEnd(TrainingControl control, int batch, int size, Logs logs) {}

  /** End of an epoch, counted from 0. */
  record EpochEnd(TrainingControl control, int epoch, Logs logs) {}

  /** End of training. */
  record TrainEnd(TrainingControl control, Logs logs) {}

  /** A training or evaluation that ends with an exception. */
  record Failure(TrainingControl control, Throwable exception) {}

  /** Start of an evaluation of {@code steps} batches. */
  record TestBegin(TrainingControl control, int steps) {}

  /** End of an evaluation. */
  record TestEnd(TrainingControl control, Logs logs) {}
}
