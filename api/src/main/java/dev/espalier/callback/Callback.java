package dev.espalier.callback;

import java.util.Set;

/**
 * Observes a training and may control it. Every hook does nothing by default. The trainer calls the
 * hooks on the thread that called {@code fit}, in the order of the list of callbacks; all callbacks
 * get the same {@link Logs} for a batch or epoch. Validation during {@code fit} calls the test
 * hooks of the same callbacks.
 *
 * <p>An implementation may keep state between hooks and must reset it in {@link #onTrainBegin}. To
 * support training that is interrupted and resumed, it returns that state from {@link #state} and
 * takes it back in {@link #restoreState}. It is used by one training at a time and does not need to
 * be thread-safe.
 */
public interface Callback {
  /** Training starts. */
  default void onTrainBegin(TrainBegin event) {}

  /** An epoch starts. */
  default void onEpochBegin(EpochBegin event) {}

  /** A training batch starts. */
  default void onTrainBatchBegin(BatchBegin event) {}

  /** A training batch has ended; the logs contain the means of the epoch so far. */
  default void onTrainBatchEnd(BatchEnd event) {}

  /** An epoch has ended, its validation included; the logs contain the {@code val_} metrics too. */
  default void onEpochEnd(EpochEnd event) {}

  /** Training has ended; the logs are those of the last epoch. */
  default void onTrainEnd(TrainEnd event) {}

  /**
   * The training or evaluation fails with an exception, which is thrown to the caller after all
   * callbacks are notified. Called instead of {@link #onTrainEnd}, or of {@link #onTestEnd} if
   * there is no training, so that exactly one of the two follows each begin: release here what
   * {@link #onTrainBegin} acquired. An exception thrown by this hook is added to the original one
   * as suppressed.
   */
  default void onException(Failure event) {}

  /** An evaluation starts. */
  default void onTestBegin(TestBegin event) {}

  /** An evaluation batch starts. */
  default void onTestBatchBegin(BatchBegin event) {}

  /** An evaluation batch has ended; the logs contain the means so far, without prefix. */
  default void onTestBatchEnd(BatchEnd event) {}

  /** An evaluation has ended; the logs contain its metrics, without prefix. */
  default void onTestEnd(TestEnd event) {}

  /**
   * Returns the names in the logs that the callback depends on, such as {@code val_loss}; none by
   * default. A training whose logs lack one of them fails with {@code CALLBACK_FAILED} before its
   * first step, and {@code espalier config check} reports misspelt names.
   */
  default Set<String> monitoredLogs() {
    return Set.of();
  }

  /**
   * Returns the names that the callback itself adds to the logs of each epoch, so that others can
   * depend on them; none by default.
   */
  default Set<String> addedLogs() {
    return Set.of();
  }

  /**
   * Returns whether the callback writes the model to files, as those that save models or
   * checkpoints do; false by default. If it does, a model that can never be written, because one of
   * its components is not a record, is an error before the first step; otherwise it is a warning.
   */
  default boolean savesModel() {
    return false;
  }

  /**
   * Returns whether the callback sets the learning rate, as ReduceLROnPlateau does; false by
   * default. If it does, an optimizer that follows a schedule is an error before training starts.
   */
  default boolean setsLearningRate() {
    return false;
  }

  /**
   * Returns what the callback wants to observe of each training batch in {@link #onTrainBatchEnd},
   * with {@link TrainingControl#batch()}; nothing by default, because it takes time. Called when
   * training starts.
   */
  default BatchObservation observedBatch() {
    return BatchObservation.nothing();
  }

  /**
   * Returns the state that the callback needs to resume a training from a checkpoint; none by
   * default. Called between two hooks.
   */
  default CallbackState state() {
    return CallbackState.none();
  }

  /**
   * Restores what {@link #state} returned when the checkpoint was written, possibly from another
   * instance with the same settings. Called after {@link #onTrainBegin}, and after {@link
   * #onEpochBegin} if training resumes in the middle of an epoch; not called if the checkpoint
   * contains no state of the callback.
   */
  default void restoreState(CallbackState state) {}

  /**
   * Start of training.
   *
   * @param control reads and changes the training
   * @param initialEpoch index of the first epoch, from 0
   * @param epochs index after the last epoch
   * @param steps number of batches per epoch
   */
  record TrainBegin(TrainingControl control, int initialEpoch, int epochs, int steps) {}

  /**
   * Start of an epoch.
   *
   * @param control reads and changes the training
   * @param epoch index of the epoch, from 0
   */
  record EpochBegin(TrainingControl control, int epoch) {}

  /**
   * Start of a batch.
   *
   * @param control reads and changes the training
   * @param batch index of the batch in its epoch or evaluation, from 0
   */
  record BatchBegin(TrainingControl control, int batch) {}

  /**
   * End of a batch.
   *
   * @param control reads and changes the training
   * @param batch index of the batch in its epoch or evaluation, from 0
   * @param size number of samples in the batch
   * @param logs means of the epoch or evaluation so far
   */
  record BatchEnd(TrainingControl control, int batch, int size, Logs logs) {}

  /**
   * End of an epoch.
   *
   * @param control reads and changes the training
   * @param epoch index of the epoch, from 0
   * @param logs values of the epoch, including validation
   */
  record EpochEnd(TrainingControl control, int epoch, Logs logs) {}

  /**
   * End of training.
   *
   * @param control reads and changes the training
   * @param logs values of the last epoch
   */
  record TrainEnd(TrainingControl control, Logs logs) {}

  /**
   * Failure of a training or evaluation.
   *
   * @param control reads and changes the training
   * @param exception the exception that ended it
   */
  record Failure(TrainingControl control, Throwable exception) {}

  /**
   * Start of an evaluation.
   *
   * @param control reads and changes the training
   * @param steps number of batches
   */
  record TestBegin(TrainingControl control, int steps) {}

  /**
   * End of an evaluation.
   *
   * @param control reads and changes the training
   * @param logs loss and metrics of the evaluation
   */
  record TestEnd(TrainingControl control, Logs logs) {}
}
