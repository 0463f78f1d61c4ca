package dev.espalier.core.classifier;

import dev.espalier.core.Predictions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;
import java.util.Locale;

/**
 * The temperature at which the scores of a model say best how often it is right, found on data that
 * it was not trained on (Guo et al., On Calibration of Modern Neural Networks, 2017). Immutable.
 *
 * @param temperature divisor of the logits with the smallest loss; above 1 if the model is
 *     overconfident
 * @param lossBefore mean negative log-likelihood of the labels with the temperature 1
 * @param lossAfter the same with {@link #temperature}
 * @param errorBefore expected calibration error with the temperature 1: by how much score and
 *     accuracy differ, from 0 to 1, in 15 bins of equal width
 * @param errorAfter the same with {@link #temperature}
 */
public record Calibration(
    double temperature,
    double lossBefore,
    double lossAfter,
    double errorBefore,
    double errorAfter) {
  private static final int BINS = 15;

  /** The smallest score that a float32 softmax gives; its logarithm is finite. */
  private static final double SMALLEST = 1e-38;

  private static final double COLDEST = 0.05;
  private static final double HOTTEST = 20;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /**
   * Finds the temperature, from 0.05 to 20.
   *
   * @param predictions scores of a softmax
   * @param labels the right class of each sample
   * @throws EspalierException {@code INVALID_ARGUMENT} if there are no samples, their numbers
   *     differ, a label is none of the classes, or the scores of a sample do not sum to 1
   */
  public static Calibration of(Predictions predictions, List<Integer> labels) {
    requireLabels(predictions, labels);
    int count = predictions.size();
    double[][] logarithms = new double[count][];
    for (int i = 0; i < count; i++) {
      logarithms[i] = logarithms(predictions.row(i), i);
      if (labels.get(i) < 0 || labels.get(i) >= logarithms[i].length) {
        throw invalid(
            "The label " + labels.get(i) + " of sample " + i + " is none of the classes.",
            "Labels go from 0 to " + (logarithms[i].length - 1) + ".");
      }
    }
    double best = best(logarithms, labels);
    return new Calibration(
        best,
        loss(logarithms, labels, 1),
        loss(logarithms, labels, best),
        error(logarithms, labels, 1),
        error(logarithms, labels, best));
  }

  /** Checks that there is a label for each prediction. */
  static void requireLabels(Predictions predictions, List<Integer> labels) {
    if (predictions.size() == 0 || predictions.size() != labels.size()) {
      throw invalid(
          predictions.size() + " predictions and " + labels.size() + " labels cannot be compared.",
          "Give one label for each prediction, and one or more of them.");
    }
  }

  static EspalierException invalid(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_ARGUMENT, problem, remedy);
  }

  private static double[] logarithms(float[] scores, int sample) {
    double[] logarithms = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += scores[i];
      logarithms[i] = Math.log(Math.max(scores[i], SMALLEST));
    }
    if (!(Math.abs(sum - 1) < 1e-3)) {
      throw invalid(
          String.format(Locale.ROOT, "The scores of sample %d sum to %.3f.", sample, sum),
          "Calibrate a model whose classes exclude each other: one that ends in a softmax.");
    }
    return logarithms;
  }

  /** The loss is convex in 1 / temperature, so that a golden section search finds its minimum. */
  private static double best(double[][] logarithms, List<Integer> labels) {
    double low = 1 / HOTTEST;
    double high = 1 / COLDEST;
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double leftLoss = loss(logarithms, labels, 1 / left);
    double rightLoss = loss(logarithms, labels, 1 / right);
    while (high - low > 1e-7) {
      if (leftLoss <= rightLoss) {
        high = right;
        right = left;
        rightLoss = leftLoss;
        left = high - GOLDEN * (high - low);
        leftLoss = loss(logarithms, labels, 1 / left);
      } else {
        low = left;
        left = right;
        leftLoss = rightLoss;
        right = low + GOLDEN * (high - low);
        rightLoss = loss(logarithms, labels, 1 / right);
      }
    }
    return 2 / (low + high);
  }

  private static double loss(double[][] logarithms, List<Integer> labels, double temperature) {
    double sum = 0;
    for (int i = 0; i < logarithms.length; i++) {
      double right = logarithms[i][labels.get(i)] / temperature;
      sum += logSumExp(logarithms[i], temperature) - right;
    }
    return sum / logarithms.length;
  }

  private static double logSumExp(double[] logarithms, double temperature) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double one : logarithms) {
      largest = Math.max(largest, one / temperature);
    }
    double sum = 0;
    for (double one : logarithms) {
      sum += Math.exp(one / temperature - largest);
    }
    return largest + Math.log(sum);
  }

  private static double error(double[][] logarithms, List<Integer> labels, double temperature) {
    double[] scores = new double[BINS];
    double[] hits = new double[BINS];
    for (int i = 0; i < logarithms.length; i++) {
      int best = 0;
      for (int k = 1; k < logarithms[i].length; k++) {
        best = logarithms[i][k] > logarithms[i][best] ? k : best;
      }
      double score =
          Math.exp(logarithms[i][best] / temperature - logSumExp(logarithms[i], temperature));
      // As in the metric: each bin is without its lower and with its upper bound.
      int bin = Math.min(BINS - 1, Math.max(0, (int) Math.ceil(score * BINS) - 1));
      scores[bin] += score;
      hits[bin] += labels.get(i) == best ? 1 : 0;
    }
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      sum += Math.abs(scores[bin] - hits[bin]);
    }
    return sum / logarithms.length;
  }
}
