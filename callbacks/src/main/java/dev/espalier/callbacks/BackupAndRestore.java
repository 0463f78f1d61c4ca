package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.callback.TrainingControl;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets a training resume after its process was killed: it saves checkpoints, and resumes from the
 * last one when the same program is started again. Unlike Keras' BackupAndRestore, which repeats
 * the current epoch, training resumes at the step at which the checkpoint was written, and the
 * result is bit-identical to that of an uninterrupted training.
 *
 * <pre>{@code
 * BackupAndRestore.to(Path.of("run", "checkpoint.safetensors")).everySteps(500)
 * }</pre>
 *
 * <p>The checkpoint is written after each epoch, optionally every few steps, and after the current
 * step when the thread is interrupted, which ends the training. The previous checkpoint is kept as
 * {@code checkpoint.safetensors.previous} and is used if the last one is damaged. Both are deleted
 * when training ends normally, unless {@link #keptAtEnd} asks to keep them; a program with several
 * trainings in a row keeps one checkpoint per training and deletes them at its end, so that
 * completed trainings are not repeated. After a stop was requested, no checkpoint is written,
 * because the weights may be the reason for stopping.
 *
 * <p>Immutable: each method returns a new callback. Two concurrent trainings need two files.
 */
public final class BackupAndRestore implements Callback {
  private final Path file;
  private final int steps;
  private final boolean kept;

  private BackupAndRestore(Path file, int steps, boolean kept) {
    this.file = file;
    this.steps = steps;
    this.kept = kept;
  }

  /**
   * Returns the callback with a checkpoint after each epoch.
   *
   * @param file of the checkpoint, such as {@code checkpoint.safetensors}; its folder is created
   */
  public static BackupAndRestore to(Path file) {
    if (file.toString().isBlank()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The checkpoint of BackupAndRestore has no name.",
          "Name a file, such as checkpoint.safetensors.");
    }
    return new BackupAndRestore(file, 0, false);
  }

  /**
   * Returns this callback with an additional checkpoint every {@code count} steps, counted within
   * each epoch.
   *
   * @param count 1 or more; 0 for after epochs alone
   */
  public BackupAndRestore everySteps(int count) {
    if (count < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A checkpoint cannot be written every " + count + " steps.",
          "Give 1 or more, or 0 to save only at the end of each epoch.");
    }
    return new BackupAndRestore(file, count, kept);
  }

  /** Returns this callback with or without keeping the checkpoint when training ends normally. */
  public BackupAndRestore keptAtEnd(boolean value) {
    return new BackupAndRestore(file, steps, value);
  }

  @Override
  public boolean savesModel() {
    return true;
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    if (Files.exists(file) || Files.exists(TrainingControl.previousCheckpoint(file))) {
      event.control().resumeFrom(file);
    } else {
      // An unwritable path must be reported before hours have been spent.
      event.control().saveCheckpoint(file);
    }
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    if ((steps > 0 && (event.batch() + 1) % steps == 0) || interrupted()) {
      save(event.control());
    }
  }

  @Override
  public void onTestBatchEnd(BatchEnd event) {
    if (interrupted()) {
      save(event.control());
    }
  }

  /**
   * The trainer checks the interrupt after the hook, and ends the training once a checkpoint is
   * written.
   */
  private static boolean interrupted() {
    return Thread.currentThread().isInterrupted();
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    save(event.control());
  }

  private void save(TrainingControl control) {
    if (control.stopReason() == null) {
      control.saveCheckpoint(file);
    }
  }

  @Override
  public void onTrainEnd(TrainEnd event) {
    if (kept) {
      return;
    }
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(TrainingControl.previousCheckpoint(file));
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The checkpoint " + file + " cannot be deleted: " + FailureReason.ofWriting(e) + ".",
          "Training has ended; delete the file yourself, or the next training will"
              + " resume from it.",
          e);
    }
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "BackupAndRestore[file=" + file + ", steps=" + steps + ", kept=" + kept + "]";
  }
}
