package dev.espalier.training;

import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a callback may see and change of a running training. Made by the trainer; used on the thread
 * that calls the hooks, except for {@link #requestStop}. What would read or change weights from
 * another thread fails with {@code TRAINER_IN_USE}.
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

  /**
   * Asks training to end after this batch or epoch. The first reason is kept. Any thread may ask,
   * such as that of a button.
   */
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

  /**
   * Writes the model as it is now to a model file, with the class names of the training data. It
   * can be used like any other; unlike a checkpoint it holds nothing to resume from. The folder of
   * the file is created; the file is complete or not there, and an old one is replaced only by a
   * complete one.
   *
   * @param metadata more facts, such as the epoch
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_WRITABLE}; {@code
   *     INVALID_TRAINING_SETTING} in an evaluation
   */
  void saveModel(Path file, Map<String, String> metadata);

  /**
   * Asks for a checkpoint: a model file that also holds all that it takes to go on as if nothing
   * had happened. It is written when all callbacks have seen the hook at hand, if that is the start
   * of training, the end of a training batch, or the end of an epoch; else at the next of these. At
   * the end of a test batch one is written that repeats the validation, unless a callback has set
   * other weights for it. The file is complete or not there, and an old one is replaced only by a
   * complete one; it stays as {@link #previousCheckpoint}.
   *
   * <p>If the first checkpoint of a training cannot be written, training ends with {@code
   * FILE_NOT_WRITABLE}; if a later one cannot, the user is told and training goes on.
   */
  void saveCheckpoint(Path file);

  /**
   * Returns where the checkpoint before the last is kept, in case that the last gets damaged:
   * beside it, with {@code .previous} behind its name.
   *
   * @param file of the last checkpoint
   */
  static Path previousCheckpoint(Path file) {
    return file.resolveSibling(file.getFileName() + ".previous");
  }

  /**
   * Goes on from a checkpoint of the same training: the same model, data, seed, batches, optimizer,
   * loss, metrics and augmentations, all with the same settings. Weights, optimizer, learning rate,
   * position, figures so far, and what callbacks carried become what they were. If the checkpoint
   * is damaged or gone, {@link #previousCheckpoint} is used, and the user is told. To be called in
   * {@link Callback#onTrainBegin}.
   *
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE}, {@code
   *     INVALID_WEIGHT_FILE}, or {@code INVALID_TRAINING_SETTING} naming what differs, and then
   *     nothing is changed; {@code INVALID_TRAINING_SETTING} too when training has begun
   */
  void resumeFrom(Path file);

  /** Tells the user something: printed above the progress line. */
  void message(String text);
}
