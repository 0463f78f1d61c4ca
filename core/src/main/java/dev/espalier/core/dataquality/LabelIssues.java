package dev.espalier.core.dataquality;

import dev.espalier.core.Predictions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a data set that are probably mislabelled, found by confident learning (Northcutt,
 * Jiang and Chuang: Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70, 2021).
 *
 * <p>The threshold of a class is the mean of its predicted probability over the samples that are
 * labelled with it. A sample is counted for the most probable of the classes whose thresholds it
 * reaches. Where that is another class than its label, the sample is off the diagonal of the
 * confident joint, and it is an issue unless its label is the most probable class after all.
 * Immutable.
 *
 * @param samples number of samples whose labels were checked
 * @param issues the samples, those with the lowest probability of their label first
 * @param thresholds the threshold of each class by label; NaN for a class without checked samples
 * @param estimatedErrors estimated number of wrong labels among the checked samples: the fraction
 *     of each row of the confident joint that is off its diagonal, times the samples of its class
 */
public record LabelIssues(
    int samples, List<LabelIssue> issues, List<Double> thresholds, double estimatedErrors) {
  /** Rounding of the means must not decide; the value that cleanlab uses. */
  private static final double TOLERANCE = 1e-6;

  /** Copies the lists. */
  public LabelIssues {
    issues = List.copyOf(issues);
    thresholds = List.copyOf(thresholds);
  }

  /**
   * Finds the issues.
   *
   * @param predictions probability of each class for each sample, by models that were not trained
   *     on the sample, such as {@link OutOfFoldPredictions}; samples with NaN are not checked
   * @param labels class of each sample
   * @throws EspalierException {@link ErrorCode#SHAPE_MISMATCH} if there is not one prediction for
   *     each label; {@link ErrorCode#LABEL_OUT_OF_RANGE} for a label without a probability; {@link
   *     ErrorCode#INVALID_ARGUMENT} for values that are not probabilities
   */
  public static LabelIssues of(Predictions predictions, List<Integer> labels) {
    if (predictions.size() != labels.size()) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "There are " + labels.size() + " labels and " + predictions.size() + " predictions.",
          "Predict each labelled sample once.");
    }
    int classes = predictions.classCount();
    int[] members = OutOfFoldPredictions.counts(labels, classes);
    double[] sums = new double[classes];
    int samples = 0;
    for (int sample = 0; sample < labels.size(); sample++) {
      float[] row = checked(predictions, sample);
      if (row == null) {
        members[labels.get(sample)]--;
      } else {
        sums[labels.get(sample)] += row[labels.get(sample)];
        samples++;
      }
    }
    double[] thresholds = new double[classes];
    for (int label = 0; label < classes; label++) {
      thresholds[label] = sums[label] / members[label]; // NaN, which no probability reaches
    }
    return of(predictions, labels, samples, members, thresholds);
  }

  private static LabelIssues of(
      Predictions predictions,
      List<Integer> labels,
      int samples,
      int[] members,
      double[] thresholds) {
    int[] counted = new int[thresholds.length];
    int[] elsewhere = new int[thresholds.length];
    List<LabelIssue> issues = new ArrayList<>();
    for (int sample = 0; sample < labels.size(); sample++) {
      float[] row = checked(predictions, sample);
      int confident = row == null ? -1 : confident(row, thresholds);
      if (row == null || confident < 0) {
        continue;
      }
      int label = labels.get(sample);
      counted[label]++;
      if (confident != label) {
        elsewhere[label]++;
        if (mostProbable(row) != label) {
          issues.add(new LabelIssue(sample, label, confident, row[label], row[confident]));
        }
      }
    }
    double errors = 0;
    for (int label = 0; label < thresholds.length; label++) {
      errors +=
          counted[label] == 0 ? 0 : (double) elsewhere[label] / counted[label] * members[label];
    }
    issues.sort(
        Comparator.comparingDouble(LabelIssue::labelProbability)
            .thenComparingInt(LabelIssue::index));
    List<Double> all = new ArrayList<>();
    for (double threshold : thresholds) {
      all.add(threshold);
    }
    return new LabelIssues(samples, issues, all, errors);
  }

  /** Returns the probabilities of a sample, or null if it is not to be checked. */
  private static float @Nullable [] checked(Predictions predictions, int sample) {
    float[] row = predictions.row(sample);
    for (float probability : row) {
      if (Float.isNaN(probability)) {
        return null;
      }
      if (!(probability >= 0 && probability <= 1 + TOLERANCE)) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "The prediction of sample " + sample + " contains " + probability + ".",
            "Give probabilities from 0 to 1.");
      }
    }
    return row;
  }

  /** Returns the most probable of the classes whose thresholds are reached, or -1. */
  private static int confident(float[] row, double[] thresholds) {
    int best = -1;
    for (int label = 0; label < row.length; label++) {
      if (row[label] >= thresholds[label] - TOLERANCE && (best < 0 || row[label] > row[best])) {
        best = label;
      }
    }
    return best;
  }

  private static int mostProbable(float[] row) {
    int best = 0;
    for (int label = 1; label < row.length; label++) {
      best = row[label] > row[best] ? label : best;
    }
    return best;
  }
}
