package dev.espalier.cli.run;

import dev.espalier.callbacks.ModelCheckpoint;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The best model of all phases of a run, kept in a file. */
final class BestModel {
  private final Path file;
  private final String monitor;
  private final Map<String, String> metadata;
  private @Nullable Double value;
  private @Nullable Integer epoch;

  BestModel(Path file, String monitor, Map<String, String> metadata) {
    this.file = file;
    this.monitor = monitor;
    this.metadata = Map.copyOf(metadata);
  }

  /**
   * Returns the callback that saves the model of a phase if it is better than those of earlier
   * phases.
   */
  ModelCheckpoint callback() {
    ModelCheckpoint callback =
        ModelCheckpoint.to(file).monitor(monitor).saveBestOnly(true).metadata(metadata);
    return value == null || value.isNaN() ? callback : callback.initialValueThreshold(value);
  }

  /** Takes the best value of a finished phase. */
  void take(ModelCheckpoint callback) {
    if (callback.savedEpoch() != null) {
      value = callback.best();
      epoch = callback.savedEpoch();
    }
  }

  /** Returns whether the file contains a model with a finite value. */
  boolean isNumber() {
    return epoch != null && value != null && Double.isFinite(value);
  }

  /** Returns whether it is the model of an epoch, counted from 1. */
  boolean isOf(int number) {
    return epoch != null && epoch + 1 == number;
  }

  Path file() {
    return file;
  }

  String monitor() {
    return monitor;
  }
}
