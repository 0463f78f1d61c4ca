package dev.espalier.core.finetuning;

import dev.espalier.activation.Activation;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.loss.Loss;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import dev.espalier.option.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Single-label or multi-label, and what depends on it.
 *
 * @param activation activation of a new classifier
 * @param accuracyComponent name of the accuracy in configurations
 */
public record LabelMode(
    Activation activation, Loss loss, String accuracyComponent, Metric accuracy) {
  /** Each sample has exactly one class. */
  public static final LabelMode ONE_CLASS =
      new LabelMode(
          Activation.SOFTMAX, Losses.categoricalCrossentropy(), "accuracy", Metrics.accuracy());

  /** A sample may have several classes or none. */
  static final LabelMode MULTI_LABEL =
      new LabelMode(
          Activation.SIGMOID,
          Losses.binaryCrossentropy(),
          "binary-accuracy",
          Metrics.binaryAccuracy());

  public static LabelMode of(Dataset dataset) {
    return dataset.target().multiLabel() ? MULTI_LABEL : ONE_CLASS;
  }

  /** Returns the accuracies that the training commands may report, for either kind of labels. */
  public static List<Metric> accuracies() {
    return List.of(ONE_CLASS.accuracy, MULTI_LABEL.accuracy);
  }

  /** Returns the display name of the accuracy, such as {@code binary accuracy}. */
  public String accuracyTitle() {
    return accuracy.name().replace('_', ' ');
  }

  /** Returns the defaults of loss and metrics. */
  public List<Setting> defaults() {
    List<Setting> defaults = new ArrayList<>(RunSettings.LOSS.byDefault(loss.name(), Map.of()));
    defaults.addAll(RunSettings.METRICS.byDefault(accuracyComponent, Map.of()));
    return defaults;
  }

  /** Returns a description of a data set's classes, such as {@code 3 classes, multi-label}. */
  public static String classes(Dataset dataset) {
    return dataset.classNames().size()
        + " classes"
        + (dataset.target().multiLabel() ? ", multi-label" : "");
  }
}
