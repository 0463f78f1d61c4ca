package dev.espalier.metric;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often each class is predicted, how often it is true, and how often both: all that precision,
 * recall and F-scores are computed from.
 */
final class ClassCounts {
  static final double THRESHOLD = 0.5;

  private ClassCounts() {}

  /** A value of one class. */
  interface Score {
    double of(double truePositives, double predicted, double members);
  }

  /** What is predicted and what is true, float32 {@code [batch, classes]}, 0 or 1. */
  record Decisions(Tensor members, Tensor predicted) {
    /**
     * Returns the decisions on each class.
     *
     * @param threshold outputs above it count as positive; null to predict the class with the
     *     largest output, the first of equal ones
     */
    static Decisions of(
        Ops ops, String name, @Nullable Double threshold, Tensor target, Tensor prediction) {
      Tensor known = Targets.values(ops, name, target, prediction);
      requireClasses(name, prediction);
      int classes = prediction.shape().size(-1);
      if (threshold != null || classes == 1) {
        double limit = threshold == null ? THRESHOLD : threshold;
        return new Decisions(above(ops, known, THRESHOLD), above(ops, prediction, limit));
      }
      Tensor members =
          Targets.areIndices(target) ? known : ops.oneHot(ops.argMax(known, -1), classes);
      Tensor largest = ops.argMax(CategoricalAccuracy.comparable(ops, prediction), -1);
      return new Decisions(members, ops.oneHot(largest, classes));
    }

    private static Tensor above(Ops ops, Tensor x, double limit) {
      Tensor above = ops.compare(Comparison.GREATER, x, ops.constant(limit));
      return ops.cast(above, DataType.FLOAT32);
    }
  }

  /** Checks that there is a score for each class. */
  static void requireClasses(String name, Tensor prediction) {
    if (prediction.shape().rank() != 2) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          name + " was given the predictions " + prediction.type() + ".",
          "Predictions must be float32 (batch, classes): change the end of the model.");
    }
  }

  /**
   * Returns true positives, predictions and members of a batch by class, weighted.
   *
   * @param threshold as {@link Decisions#of} takes it
   * @param classIndex the only class that is asked for, or null
   */
  static List<Tensor> accumulate(
      Ops ops,
      String name,
      @Nullable Double threshold,
      @Nullable Integer classIndex,
      Tensor target,
      Tensor prediction,
      Tensor sampleWeight) {
    Decisions decisions = Decisions.of(ops, name, threshold, target, prediction);
    requireClass(name, classIndex, prediction);
    Tensor members = decisions.members();
    Tensor predicted = decisions.predicted();
    Tensor weight = ops.reshape(sampleWeight, Shape.of(Shape.UNKNOWN, 1));
    return List.of(
        ops.sum(ops.multiply(ops.multiply(members, predicted), weight), 0),
        ops.sum(ops.multiply(predicted, weight), 0),
        ops.sum(ops.multiply(members, weight), 0));
  }

  /** Returns the score of all classes or of one of them, with a row of the matrix per class. */
  static MetricResult result(
      MetricSums sums, String name, Average average, @Nullable Integer classIndex, Score score) {
    double[] truePositives = sums.values(0);
    double[] predicted = sums.values(1);
    double[] members = sums.values(2);
    double[] scores = new double[members.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score.of(truePositives[i], predicted[i], members[i]);
    }
    double value;
    if (classIndex != null) {
      value = scores[classIndex];
    } else if (average == Average.MICRO) {
      value = score.of(sum(truePositives), sum(predicted), sum(members));
    } else {
      value = average.of(scores, members);
    }
    return MetricResult.of(name, value).withMatrix(Matrix.of(1, scores));
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }

  /** Returns a quotient, 0 for 0/0. */
  static double ratio(double numerator, double denominator) {
    return denominator == 0 ? 0 : numerator / denominator;
  }

  /** Checks the settings of a score, which the errors name. */
  static void requireUsable(
      String score, @Nullable Double threshold, @Nullable Integer classIndex) {
    if (threshold != null && !Double.isFinite((float) (double) threshold)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The threshold of " + score + " cannot be " + threshold + ".",
          "Give a finite number, such as 0.5.");
    }
    if (classIndex != null && classIndex < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The class index of " + score + " cannot be " + classIndex + ".",
          "Give the position of a class, counted from 0.");
    }
  }

  /** Checks that the model has the class that a score is of. */
  private static void requireClass(String name, @Nullable Integer classIndex, Tensor prediction) {
    int classes = prediction.shape().size(-1);
    if (classIndex != null && classIndex >= classes) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The metric "
              + name
              + " is of the class "
              + classIndex
              + ", but the model has "
              + classes
              + (classes == 1 ? " output." : " outputs."),
          "Give the position of a class, counted from 0.");
    }
  }
}
