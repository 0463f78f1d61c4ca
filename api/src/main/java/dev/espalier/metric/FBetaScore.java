package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * F-score: the weighted harmonic mean of precision and recall, {@code (1 + beta^2) * precision *
 * recall / (beta^2 * precision + recall)}; 0 for a class that is neither predicted nor true. By
 * default the mean over the classes; with beta 1 it is the F1 score.
 *
 * <p>Without a threshold, the class with the largest output (the first of equal ones) is predicted,
 * as for scikit-learn after an argmax; a single output is positive above 0.5. With a threshold,
 * each output is a decision of its own, which is what multi-label data needs. Keras' {@code
 * F1Score} is the same, except that it predicts all classes whose outputs are equally large. The
 * matrix has a row per class with its value. Immutable and thread-safe.
 *
 * @param beta weight of the recall relative to the precision, above 0; 1 weighs both the same
 * @param average how the values of the classes become one; ignored if there is a class index
 * @param threshold outputs above it count as positive; null for the largest output
 * @param classIndex position of the only class to report, counted from 0; null for all classes
 * @param name name of the metric in the logs
 */
public record FBetaScore(
    double beta,
    Average average,
    @Nullable Double threshold,
    @Nullable Integer classIndex,
    String name)
    implements Metric {
  /** Checks the ranges. */
  public FBetaScore {
    if (!(beta > 0) || Float.isInfinite((float) (beta * beta))) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The beta of an F-score cannot be " + beta + ".",
          "Give a number above 0, such as 1.");
    }
    ClassCounts.requireUsable("an F-score", threshold, classIndex);
  }

  /** Returns this metric with another weight of the recall. */
  public FBetaScore beta(double value) {
    return with(changed -> changed.beta = value);
  }

  /** Returns this metric with another average over the classes. */
  public FBetaScore average(Average value) {
    return with(changed -> changed.average = value);
  }

  /** Returns this metric with a decision on each output: positive above the threshold. */
  public FBetaScore threshold(double value) {
    return with(changed -> changed.threshold = value);
  }

  /** Returns this metric for one class, counted from 0. */
  public FBetaScore ofClass(int index) {
    return with(changed -> changed.classIndex = index);
  }

  /** Returns this metric under another key; two of one training need different ones. */
  public FBetaScore named(String key) {
    return with(changed -> changed.name = key);
  }

  @Override
  public Goal goal() {
    return Goal.MAX;
  }

  /** Returns whether decisions are made class by class, if samples may have several classes. */
  @Override
  public boolean accepts(Target target) {
    return threshold != null || !target.multiLabel();
  }

  @Override
  public List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
    return ClassCounts.accumulate(
        ops, name, threshold, classIndex, target, prediction, sampleWeight);
  }

  @Override
  public MetricResult result(MetricSums sums) {
    return ClassCounts.result(sums, name, average, classIndex, this::score);
  }

  private double score(double truePositives, double predicted, double members) {
    double square = beta * beta;
    return ClassCounts.ratio((1 + square) * truePositives, square * members + predicted);
  }

  private FBetaScore with(Consumer<Settings> change) {
    Settings changed = new Settings(this);
    change.accept(changed);
    return changed.toMetric();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Settings {
    private double beta;
    private Average average;
    private @Nullable Double threshold;
    private @Nullable Integer classIndex;
    private String name;

    Settings(FBetaScore metric) {
      beta = metric.beta;
      average = metric.average;
      threshold = metric.threshold;
      classIndex = metric.classIndex;
      name = metric.name;
    }

    FBetaScore toMetric() {
      return new FBetaScore(beta, average, threshold, classIndex, name);
    }
  }
}
