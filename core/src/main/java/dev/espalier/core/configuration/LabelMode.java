package dev.espalier.core.configuration;

import dev.espalier.activation.Activation;
import dev.espalier.data.Dataset;
import dev.espalier.loss.Loss;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import java.util.List;
import java.util.Map;

/**
 * How many classes a sample has, and what goes with that.
 *
 * @param activation what a new classifier ends in
 * @param accuracyComponent the name of the accuracy in configurations
 */
public record LabelMode(
    Activation activation, Loss loss, String accuracyComponent, Metric accuracy) {
  /** Each sample has one class out of several. */
  public static final LabelMode ONE_CLASS =
      new LabelMode(
          Activation.SOFTMAX, Losses.categoricalCrossentropy(), "accuracy", Metrics.accuracy());

  /** A sample may have several classes, or none. */
  static final LabelMode MULTI_LABEL =
      new LabelMode(
          Activation.SIGMOID,
          Losses.binaryCrossentropy(),
          "binary-accuracy",
          Metrics.binaryAccuracy());

  public static LabelMode of(Dataset dataset) {
    return dataset.target().multiLabel() ? MULTI_LABEL : ONE_CLASS;
  }

  /** Returns the accuracies that the training commands report, whichever the labels ask for. */
  public static List<Metric> accuracies() {
    return List.of(ONE_CLASS.accuracy, MULTI_LABEL.accuracy);
  }

  /** Returns the accuracy in words, such as {@code binary accuracy}. */
  public String accuracyTitle() {
    return accuracy.name().replace('_', ' ');
  }

  /** Adds loss and accuracy, which hold where nobody sets others. */
  public DefaultSettings addTo(DefaultSettings settings) {
    return settings
        .add(RunSettings.LOSS, loss.name(), Map.of())
        .add(RunSettings.METRICS, accuracyComponent, Map.of());
  }

  /** Returns the classes of a data set in words, such as {@code 3 classes, multi-label}. */
  public static String classes(Dataset dataset) {
    return dataset.classNames().size()
        + " classes"
        + (dataset.target().multiLabel() ? ", multi-label" : "");
  }
}
