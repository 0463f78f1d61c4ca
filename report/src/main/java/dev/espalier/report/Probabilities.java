package dev.espalier.report;

import dev.espalier.core.Predictions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The probabilities of the classes of each sample, whatever a model gives. Immutable. */
final class Probabilities {
  /** The smallest normal float32 number: its logarithm is finite. */
  private static final double SMALLEST = 1e-38;

  private static final double TOLERANCE = 1e-3;

  private final FloatBuffer scores;
  private final int size;
  private final int outputs;
  private final List<String> classNames;
  private final boolean multiLabel;
  private final boolean logits;
  private final double temperature;

  private Probabilities(
      FloatBuffer scores,
      int size,
      int outputs,
      List<String> classNames,
      boolean multiLabel,
      double temperature) {
    this.scores = scores;
    this.size = size;
    this.outputs = outputs;
    this.classNames = classNames;
    this.multiLabel = multiLabel;
    this.temperature = temperature;
    this.logits = !areProbabilities();
  }

  /**
   * Returns the probabilities of predictions.
   *
   * @param classNames of the data; two for a model with one output
   */
  static Probabilities of(
      Predictions predictions, boolean multiLabel, List<String> classNames, double temperature) {
    int outputs = predictions.classCount();
    boolean binary = outputs == 1 && classNames.size() == 2 && !multiLabel;
    if (!binary && outputs != classNames.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "There are scores of "
              + outputs
              + " classes, and the data has "
              + classNames.size()
              + ".",
          "Give the data set that was predicted, with the classes of the model.");
    }
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The temperature is " + temperature + ".",
          "Give a number above 0; 1 leaves the scores as they are.");
    }
    return new Probabilities(
        predictions.scores().floats(),
        predictions.size(),
        outputs,
        List.copyOf(classNames),
        multiLabel,
        temperature);
  }

  private boolean areProbabilities() {
    for (int sample = 0; sample < size; sample++) {
      double sum = 0;
      for (int i = 0; i < outputs; i++) {
        float score = scores.get(sample * outputs + i);
        if (Float.isFinite(score) && (score < -TOLERANCE || score > 1 + TOLERANCE)) {
          return false;
        }
        sum += score;
      }
      if (!multiLabel && outputs > 1 && Math.abs(sum - 1) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  int size() {
    return size;
  }

  int classes() {
    return classNames.size();
  }

  boolean multiLabel() {
    return multiLabel;
  }

  /** Returns the probabilities of a sample; NaN where a model diverged. */
  double[] of(int sample) {
    double[] values = new double[outputs];
    for (int i = 0; i < outputs; i++) {
      values[i] = scores.get(sample * outputs + i);
    }
    if (outputs == 1 && !multiLabel) {
      double positive = sigmoid(values[0]);
      return new double[] {1 - positive, positive};
    }
    return multiLabel ? each(values) : softmax(values);
  }

  private double[] each(double[] values) {
    double[] probabilities = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      probabilities[i] = sigmoid(values[i]);
    }
    return probabilities;
  }

  private double sigmoid(double value) {
    if (!logits && temperature == 1) {
      return value;
    }
    double logit =
        logits
            ? value
            : Math.log(Math.max(value, SMALLEST)) - Math.log(Math.max(1 - value, SMALLEST));
    return 1 / (1 + Math.exp(-logit / temperature));
  }

  private double[] softmax(double[] values) {
    if (!logits && temperature == 1) {
      return values;
    }
    double[] exponents = new double[values.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      exponents[i] = (logits ? values[i] : Math.log(Math.max(values[i], SMALLEST))) / temperature;
      largest = Math.max(largest, exponents[i]);
    }
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      exponents[i] = Math.exp(exponents[i] - largest);
      sum += exponents[i];
    }
    for (int i = 0; i < values.length; i++) {
      exponents[i] /= sum;
    }
    return exponents;
  }

  /** Returns the classes with the largest probabilities, the largest first. */
  List<Predictions.ClassScore> largest(double[] probabilities, int count) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -probabilities[i]))
        .limit(count)
        .map(i -> score(probabilities, i))
        .toList();
  }

  Predictions.ClassScore score(double[] probabilities, int label) {
    return new Predictions.ClassScore(label, classNames.get(label), (float) probabilities[label]);
  }
}
