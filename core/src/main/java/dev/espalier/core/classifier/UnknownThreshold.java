package dev.espalier.core.classifier;

import dev.espalier.core.Predictions;
import dev.espalier.core.internal.classifier.ScoreKind;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The score below which an image is called unknown, found on data that the model was not trained
 * on, for {@link dev.espalier.model.InferenceSettings#withUnknownBelow}. Immutable.
 *
 * @param score the threshold, from 0 to 1
 * @param rightKept fraction of the right answers whose score is not below it
 * @param wrongRefused fraction of the wrong answers whose score is below it; 0 if there are none
 */
public record UnknownThreshold(double score, double rightKept, double wrongRefused) {
  /**
   * Finds the highest threshold that keeps a fraction of the right answers.
   *
   * @param predictions scores of a softmax, before the temperature
   * @param labels the right class of each sample
   * @param temperature of the model, see {@link Calibration}
   * @param kept fraction of the right answers to keep, above 0, at most 1
   * @throws dev.espalier.error.EspalierException {@code INVALID_ARGUMENT} if there are no samples,
   *     their numbers differ, no answer is right, or the fraction is out of range
   */
  public static UnknownThreshold of(
      Predictions predictions, List<Integer> labels, double temperature, double kept) {
    if (!(kept > 0 && kept <= 1)) {
      throw Calibration.invalid(
          "The fraction of right answers to keep is " + kept + ".",
          "Give a number above 0 and at most 1, such as 0.95.");
    }
    Calibration.requireLabels(predictions, labels);
    DoubleStream.Builder rightScores = DoubleStream.builder();
    DoubleStream.Builder wrongScores = DoubleStream.builder();
    for (int i = 0; i < predictions.size(); i++) {
      float[] scores = predictions.row(i);
      ScoreKind.SOFTMAX.soften(scores, temperature);
      int best = 0;
      for (int k = 1; k < scores.length; k++) {
        best = scores[k] > scores[best] ? k : best;
      }
      (best == labels.get(i) ? rightScores : wrongScores).add(scores[best]);
    }
    double[] right = rightScores.build().sorted().toArray();
    double[] wrong = wrongScores.build().toArray();
    if (right.length == 0) {
      throw Calibration.invalid(
          "The model has no right answer for these " + predictions.size() + " samples.",
          "Train it first, or use data with its classes.");
    }
    double score = right[right.length - (int) Math.ceil(kept * right.length)];
    return new UnknownThreshold(
        score,
        fraction(right.length - below(right, score), right.length),
        fraction(below(wrong, score), wrong.length));
  }

  private static long below(double[] scores, double threshold) {
    return DoubleStream.of(scores).filter(score -> score < threshold).count();
  }

  private static double fraction(long part, int whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
