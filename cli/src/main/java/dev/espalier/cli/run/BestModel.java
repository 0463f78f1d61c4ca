package dev.espalier.cli.run;

import dev.espalier.callbacks.ModelCheckpoint;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import dev.espalier.metric.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** Rejects a value that no epoch will have, before the first one is trained. */
  static void requireKnown(String monitor, List<Metric> metrics) {
    List<String> known = new ArrayList<>();
    for (String prefix : List.of("val_", "")) {
      known.add(prefix + "loss");
      metrics.forEach(metric -> metric.logNames().forEach(name -> known.add(prefix + name)));
    }
    if (!known.contains(monitor)) {
      throw NearestNames.unknown(
          ErrorCode.UNKNOWN_NAME, "value to choose the best model by", monitor, known);
    }
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
