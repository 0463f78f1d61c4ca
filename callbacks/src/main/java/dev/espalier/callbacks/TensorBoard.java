package dev.espalier.callbacks;

import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.ObservedBatch;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.graph.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes event files for TensorBoard: Keras' TensorBoard. Show them with {@code tensorboard
 * --logdir FOLDER}.
 *
 * <pre>{@code
 * TensorBoard.to(Path.of("run", "logs")).everySteps(100).histogramsEvery(5)
 * }</pre>
 *
 * <p>The subfolder {@code train} gets loss, metrics and learning rate of each epoch, such as {@code
 * epoch_loss} and {@code epoch_learning_rate}, the subfolder {@code validation} those of the
 * validation under the same names; the step is the index of the epoch. Optionally {@code train}
 * gets values of single steps, such as {@code batch_loss}, histograms of all weights, and input
 * images of each epoch, such as {@code input_images/0}, after all augmentations.
 *
 * <p>Settings are immutable: each method returns a new callback. A training that resumes writes
 * further files to the same folders, which TensorBoard joins. Not for two concurrent trainings.
 */
public final class TensorBoard implements Callback {
  private static final String VALIDATION = "val_";

  private final Path folder;
  private final int steps;
  private final int histogramEpochs;
  private final int images;
  private @Nullable EventFile training;
  private @Nullable EventFile validation;
  private long iterations;
  private double rate;
  private int epoch;

  private TensorBoard(Path folder, int steps, int histogramEpochs, int images) {
    this.folder = folder;
    this.steps = steps;
    this.histogramEpochs = histogramEpochs;
    this.images = images;
  }

  /**
   * Returns the callback with the values of epochs alone.
   *
   * @param folder for the files, which is created
   */
  public static TensorBoard to(Path folder) {
    if (folder.toString().isBlank()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The folder of TensorBoard has no name.",
          "Name a folder, such as logs.");
    }
    return new TensorBoard(folder, 0, 0, 0);
  }

  /**
   * Returns this callback with the means of the epoch so far and the learning rate every {@code
   * count} steps.
   *
   * @param count 1 or more, counted through all epochs; 0 for none
   */
  public TensorBoard everySteps(int count) {
    SettingChecks.require(
        count >= 0, "TensorBoard", "number of steps", count, "Give 1 or more, or 0 for none.");
    return new TensorBoard(folder, count, histogramEpochs, images);
  }

  /**
   * Returns this callback with histograms of all variables of the model every {@code count} epochs.
   *
   * @param count 1 or more; 0 for none
   */
  public TensorBoard histogramsEvery(int count) {
    SettingChecks.require(
        count >= 0, "TensorBoard", "number of epochs", count, "Give 1 or more, or 0 for none.");
    return new TensorBoard(folder, steps, count, images);
  }

  /**
   * Returns this callback with the first images of each epoch as the model is given them, after
   * augmentations of images and batches. Features of frozen layers are not cached then.
   *
   * @param count number of images, at most those of one batch; 0 for none
   */
  public TensorBoard images(int count) {
    SettingChecks.require(
        count >= 0, "TensorBoard", "number of images", count, "Give 1 or more, or 0 for none.");
    return new TensorBoard(folder, steps, histogramEpochs, count);
  }

  @Override
  public BatchObservation observedBatch() {
    return images > 0 ? BatchObservation.ofInputs() : BatchObservation.nothing();
  }

  /** Writes to a file. */
  private interface Writing {
    void to(EventFile file) throws IOException;
  }

  private void write(Writing writing, EventFile file) {
    try {
      writing.to(file);
    } catch (IOException e) {
      throw notWritable(e);
    }
  }

  private EspalierException notWritable(IOException cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        "TensorBoard cannot write to " + folder + ": " + FailureReason.ofWriting(cause) + ".",
        "Choose another folder, or free disk space.",
        cause);
  }

  private EventFile open(String split) {
    long now = System.currentTimeMillis();
    String name = "events.out.tfevents." + now / 1000 + "." + UUID.randomUUID();
    try {
      return new EventFile(
          folder.resolve(split).resolve(name), () -> System.currentTimeMillis() / 1e3);
    } catch (IOException e) {
      throw notWritable(e);
    }
  }

  private EventFile training() {
    if (training == null) {
      training = open("train");
    }
    return training;
  }

  private EventFile validation() {
    if (validation == null) {
      validation = open("validation");
    }
    return validation;
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    close();
    iterations = 0;
    training(); // an unwritable folder must be reported before hours have been spent
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    epoch = event.epoch();
  }

  @Override
  public void onTrainBatchBegin(BatchBegin event) {
    if (steps > 0) {
      rate = event.control().learningRate();
    }
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    iterations++;
    if (images > 0 && event.batch() == 0) {
      writeImages(event.control().batch());
    }
    if (steps == 0 || iterations % steps != 0) {
      return;
    }
    write(
        file -> {
          for (Map.Entry<String, Double> value : event.logs().asMap().entrySet()) {
            file.scalar("batch_" + value.getKey(), value.getValue(), iterations);
          }
          file.scalar("batch_learning_rate", rate, iterations);
        },
        training());
  }

  private void writeImages(ObservedBatch batch) {
    batch
        .inputs()
        .forEach(
            (name, array) -> {
              if (array.dataType() == DataType.UINT8
                  && array.shape().rank() == 4
                  && PngEncoder.writes(array.shape().size(3))) {
                int count = Math.min(images, array.shape().size(0));
                for (int i = 0; i < count; i++) {
                  String tag = "input_" + name + "s/" + i;
                  int index = i;
                  write(file -> file.image(tag, array, index, epoch), training());
                }
              }
            });
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    event
        .logs()
        .asMap()
        .forEach(
            (name, value) -> {
              boolean validated = name.startsWith(VALIDATION);
              String tag = "epoch_" + (validated ? name.substring(VALIDATION.length()) : name);
              write(
                  file -> file.scalar(tag, value, event.epoch()),
                  validated ? validation() : training());
            });
    if (histogramEpochs > 0 && (event.epoch() + 1) % histogramEpochs == 0) {
      event
          .control()
          .weights()
          .asMap()
          .forEach(
              (name, array) ->
                  write(file -> file.histogram(name, array, event.epoch()), training()));
    }
    write(EventFile::flush, training());
    if (validation != null) {
      write(EventFile::flush, validation);
    }
  }

  @Override
  public void onTrainEnd(TrainEnd event) {
    close();
  }

  @Override
  public void onException(Failure event) {
    close();
  }

  private void close() {
    if (training != null) {
      write(EventFile::close, training);
      training = null;
    }
    if (validation != null) {
      write(EventFile::close, validation);
      validation = null;
    }
  }

  @Override
  public CallbackState state() {
    return CallbackState.of(Map.of("iterations", Long.toString(iterations)));
  }

  @Override
  public void restoreState(CallbackState before) {
    Double done = before.number("iterations");
    iterations = done == null ? 0 : done.longValue();
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "TensorBoard[folder="
        + folder
        + ", steps="
        + steps
        + ", histogramEpochs="
        + histogramEpochs
        + ", images="
        + images
        + "]";
  }
}
