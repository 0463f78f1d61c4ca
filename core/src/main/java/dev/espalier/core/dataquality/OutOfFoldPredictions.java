package dev.espalier.core.dataquality;

import dev.espalier.core.Predictions;
import dev.espalier.core.dataquality.SoftmaxRegression.Standardized;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Predictions of samples by classifiers that were not trained on them: for each fold, a multinomial
 * logistic regression on the features of all other samples predicts those of the fold.
 *
 * <p>Folds are stratified: the samples of each class are shuffled with the seed and dealt out to
 * the folds in turn. Features are standardized, which looks at no label. Each regression minimizes
 * the mean cross-entropy plus 0.01 times the sum of its squared weights. The result depends on
 * nothing but the arguments.
 */
public final class OutOfFoldPredictions {
  /** The factor of half the sum of squared weights. */
  private static final double PENALTY = 0.02;

  private static final int NONE = -1;

  private final FeatureRows features;
  private final int[] labels;

  /** The classes that are predicted, by label, counted from 0; {@link #NONE} for others. */
  private final int[] predicted;

  private final int folds;
  private final int[] foldOf;

  private OutOfFoldPredictions(
      FeatureRows features, int[] labels, int[] predicted, int folds, long seed) {
    this.features = features;
    this.labels = labels;
    this.predicted = predicted;
    this.folds = folds;
    this.foldOf = foldOf(seed);
  }

  /**
   * Returns the probability of each class for each sample. Samples of classes with fewer samples
   * than folds are neither used nor predicted: their rows are NaN, and such a class has the
   * probability 0 for all others.
   *
   * @param features float32 {@code [samples, features]}
   * @param labels class of each sample
   * @param classNames names of the classes by label
   * @param folds number of folds, 2 or more
   * @param seed determines the folds
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if fewer than two classes have as
   *     many samples as there are folds; {@link ErrorCode#LABEL_OUT_OF_RANGE} for a label without a
   *     name; {@link ErrorCode#SHAPE_MISMATCH} if there is not one vector for each label
   */
  public static Predictions of(
      HostArray features, List<Integer> labels, List<String> classNames, int folds, long seed) {
    requireFolds(folds);
    FeatureRows rows = FeatureRows.of(features);
    if (rows.count() != labels.size()) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "There are " + labels.size() + " labels for features of " + rows.count() + " samples.",
          "Give one label for each sample.");
    }
    int[] counts = counts(labels, classNames.size());
    int[] predicted = new int[counts.length];
    int classes = 0;
    for (int label = 0; label < counts.length; label++) {
      predicted[label] = counts[label] < folds ? NONE : classes++;
    }
    if (classes < 2) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Two classes or more need "
              + folds
              + " samples each, one for each fold; of "
              + counts.length
              + " classes, "
              + (classes == 1 ? "one has." : "none has."),
          "Add samples, or use fewer folds.");
    }
    int[] own = labels.stream().mapToInt(Integer::intValue).toArray();
    float[] scores = new OutOfFoldPredictions(rows, own, predicted, folds, seed).scores(classes);
    return new Predictions(HostArray.wrap(Shape.of(own.length, counts.length), scores), classNames);
  }

  static void requireFolds(int folds) {
    if (folds < 2) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Samples cannot be predicted out of fold with " + folds + " folds.",
          "Give 2 folds or more, such as 5.");
    }
  }

  /** Returns the number of samples of each class. */
  static int[] counts(List<Integer> labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new EspalierException(
            ErrorCode.LABEL_OUT_OF_RANGE,
            "The label " + label + " is not one of " + classes + " classes.",
            "Labels go from 0 to " + (classes - 1) + ".");
      }
      counts[label]++;
    }
    return counts;
  }

  private float[] scores(int classes) {
    float[] scores = new float[Math.multiplyExact(labels.length, predicted.length)];
    Arrays.fill(scores, Float.NaN);
    int[] compact = Arrays.stream(labels).map(label -> predicted[label]).toArray();
    Standardized standardized = Standardized.of(features, samples(sample -> true));
    // A fold writes only its own rows, so that threads do not change the result.
    IntStream.range(0, folds)
        .parallel()
        .forEach(
            fold -> {
              int[] training = samples(sample -> foldOf[sample] != fold);
              SoftmaxRegression regression =
                  SoftmaxRegression.fit(standardized, training, compact, classes, PENALTY);
              for (int sample : samples(sample -> foldOf[sample] == fold)) {
                double[] probabilities = regression.probabilities(sample);
                for (int label = 0; label < predicted.length; label++) {
                  scores[sample * predicted.length + label] =
                      predicted[label] == NONE ? 0 : (float) probabilities[predicted[label]];
                }
              }
            });
    return scores;
  }

  /** Returns the samples of predicted classes that are wanted. */
  private int[] samples(IntPredicate wanted) {
    return IntStream.range(0, labels.length)
        .filter(sample -> predicted[labels[sample]] != NONE)
        .filter(wanted)
        .toArray();
  }

  private int[] foldOf(long seed) {
    List<List<Integer>> byClass = new ArrayList<>();
    for (int label = 0; label < predicted.length; label++) {
      byClass.add(new ArrayList<>());
    }
    for (int sample = 0; sample < labels.length; sample++) {
      byClass.get(labels[sample]).add(sample);
    }
    int[] fold = new int[labels.length];
    int dealt = 0;
    for (int label = 0; label < predicted.length; label++) {
      List<Integer> samples = byClass.get(label);
      RandomKey key = RandomKey.ofSeed(seed).with("folds").with(label);
      for (int position : key.stream().permutation(samples.size())) {
        fold[samples.get(position)] = dealt++ % folds;
      }
    }
    return fold;
  }
}
