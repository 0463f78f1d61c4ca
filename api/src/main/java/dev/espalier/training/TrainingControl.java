package dev.espalier.training;

import dev.espalier.data.Dataset;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a callback can read and change in a running training. Created by the trainer; used on the
 * thread that calls the hooks, except for {@link #requestStop}, which any thread may call. Reading
 * or changing weights from another thread fails with {@code TRAINER_IN_USE}.
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
   * Returns which way a monitored value improves, looked up among the losses and the metrics
   * without the prefix {@code val_}; null if it is neither.
   */
  @Nullable Goal goal(String monitor);

  /** Returns the model being trained. */
  Model model();

  /**
   * Returns a copy of all variables of the model as they are now. It copies all of them from the
   * device, which takes time: ask for {@link #variable} where one is enough.
   */
  Weights weights();

  /**
   * Returns a copy of the value that one variable of the model has now.
   *
   * @param name such as {@code dense/kernel}
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_NAME} if the model has none of that
   *     name
   */
  HostArray variable(String name);

  /**
   * Returns what callbacks asked to see of the batch at hand; see {@link Callback#observedBatch}.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_TRAINING_SETTING} outside {@link
   *     Callback#onTrainBatchEnd}, or if no callback asked for anything
   */
  ObservedBatch batch();

  /**
   * Evaluates the model as it is now on another data set, between two batches or epochs. Calls no
   * hook but those of the callbacks in the options, and leaves the training as it is.
   */
  Evaluation evaluate(Dataset dataset, EvaluationOptions options);

  /**
   * Returns what the model as it is now gives for each sample, float32 {@code [samples, ...]}.
   * Leaves the training as it is.
   */
  HostArray predict(Dataset dataset, EvaluationOptions options);

  /** Replaces the values of all variables of the model. */
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
   * loss, metrics and augmentations, all with the same settings. Restores weights, optimizer,
   * learning rate, position, metrics so far, and the state of callbacks. If the checkpoint is
   * damaged or gone, {@link #previousCheckpoint} is used, and the user is told. To be called in
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
