package dev.espalier.callback;

import dev.espalier.data.Dataset;
import dev.espalier.graph.HostArray;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Goal;
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

  /**
   * Returns whether the learning rate is constant, so that callbacks may set it, rather than given
   * by a schedule.
   */
  boolean learningRateAdjustable();

  /**
   * Requests that training stop after this batch or epoch. The first reason is kept. Any thread may
   * call it.
   */
  void requestStop(String reason);

  /** Returns the reason to stop, or null if none was given in this fit. */
  @Nullable String stopReason();

  /**
   * Returns whether a lower or a higher value of a loss or metric, with or without the prefix
   * {@code val_}, is better; null if there is no such loss or metric.
   */
  @Nullable Goal goal(String monitor);

  /** Returns the model being trained. */
  Model model();

  /**
   * Returns a copy of all variables of the model. It copies all of them from the device, which
   * takes time: use {@link #variable} if one is enough.
   */
  Weights weights();

  /**
   * Returns a copy of the current value of a variable of the model.
   *
   * @param name such as {@code dense/kernel}
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_NAME} if the model has none of that
   *     name
   */
  HostArray variable(String name);

  /**
   * Returns copies of the slots of the optimizer by name, such as {@code dense/kernel/momentum};
   * none before the first step.
   */
  Weights optimizerSlots();

  /**
   * Returns what callbacks asked to observe of the current batch; see {@link
   * Callback#observedBatch}.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_TRAINING_SETTING} outside {@link
   *     Callback#onTrainBatchEnd}, or if no callback asked for anything
   */
  ObservedBatch batch();

  /**
   * Evaluates the model as it is now on another data set, between two batches or epochs, in batches
   * as large as those of the validation and read by as many workers. Calls no hooks, shows no
   * progress, and leaves the training as it is.
   */
  Evaluation evaluate(Dataset dataset);

  /**
   * Computes the output of the current model, which has one, for each sample, float32 {@code
   * [samples, ...]}. Does not affect the training.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_MODEL} if the model has several
   *     outputs; use {@link #predictOutputs}
   */
  HostArray predict(Dataset dataset);

  /**
   * Computes all outputs of the current model for each sample, float32 {@code [samples, ...]}, by
   * name in the order of the model. Does not affect the training.
   */
  Map<String, HostArray> predictOutputs(Dataset dataset);

  /** Replaces the values of all variables of the model. */
  void setWeights(Weights weights);

  /**
   * Saves the current model to a model file, with the class names of the training data. Unlike a
   * checkpoint, it contains no state to resume from. The folder of the file is created; the file is
   * written atomically, replacing an existing one only when complete.
   *
   * @param metadata additional metadata, such as the epoch
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_WRITABLE}; {@code
   *     INVALID_TRAINING_SETTING} in an evaluation
   */
  void saveModel(Path file, Map<String, String> metadata);

  /**
   * Saves the weights of the current model without the model, like {@link #saveModel} otherwise.
   *
   * @param metadata of the file, such as the epoch
   * @throws dev.espalier.error.EspalierException as {@link #saveModel}
   */
  void saveWeights(Path file, Map<String, String> metadata);

  /**
   * Requests a checkpoint: a model file that also contains everything needed to resume the training
   * with identical results. It is written once all callbacks have seen the current hook, if that is
   * the start of training, the end of a training batch, or the end of an epoch; otherwise at the
   * next of these. A checkpoint requested at the end of a test batch repeats the validation when
   * resumed; if a callback has set other weights for validation, it is deferred. The file is
   * written atomically, and the file it replaces is kept as {@link #previousCheckpoint}.
   */
  void saveCheckpoint(Path file);

  /**
   * Returns the file of the previous checkpoint, which is kept in case the last one gets damaged:
   * the name of the last one with {@code .previous} appended.
   *
   * @param file of the last checkpoint
   */
  static Path previousCheckpoint(Path file) {
    return file.resolveSibling(file.getFileName() + ".previous");
  }

  /**
   * Resumes from a checkpoint of the same training: the same model, data, seed, batches, optimizer,
   * loss, metrics and augmentations, all with the same settings. Restores weights, optimizer,
   * learning rate, position, metrics so far, and the state of callbacks. If the checkpoint is
   * damaged or missing, {@link #previousCheckpoint} is used, with a message. To be called in {@link
   * Callback#onTrainBegin}.
   *
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE}, {@code
   *     INVALID_WEIGHT_FILE}, or {@code INVALID_TRAINING_SETTING} naming the differences, in which
   *     case nothing is changed; {@code INVALID_TRAINING_SETTING} also if training has begun
   */
  void resumeFrom(Path file);

  /** Prints a message to the user, above the progress line, and logs it. */
  void message(String text);
}
