package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Precision: the fraction of the predictions of a class that are correct; 0 if it is never
 * predicted. By default the mean over the classes.
 *
 * <p>Without a threshold, the class with the largest output (the first of equal ones) is predicted,
 * as for scikit-learn after an argmax; a single output is positive above 0.5. With a threshold,
 * each output is a decision of its own, which is what multi-label data needs. Keras' {@code
 * Precision} is the average {@link Average#MICRO} with the threshold 0.5. The matrix has a row per
 * class with its value. Immutable and thread-safe.
 *
 * @param average how the values of the classes become one; ignored if there is a class index
 * @param threshold outputs above it count as positive; null for the largest output
 * @param classIndex position of the only class to report, counted from 0; null for all classes
 * @param name name of the metric in the logs
 */
public record Precision(
    Average average, @Nullable Double threshold, @Nullable Integer classIndex, String name)
    implements Metric {
  /** Checks the ranges. */
  public Precision {
    ClassCounts.requireUsable("a precision", threshold, classIndex);
  }

  /** Returns this metric with another average over the classes. */
  public Precision average(Average value) {
    return new Precision(value, threshold, classIndex, name);
  }

  /** Returns this metric with a decision on each output: positive above the threshold. */
  public Precision threshold(double value) {
    return new Precision(average, value, classIndex, name);
  }

  /** Returns this metric for one class, counted from 0. */
  public Precision ofClass(int index) {
    return new Precision(average, threshold, index, name);
  }

  /** Returns this metric under another key; two of one training need different ones. */
  public Precision named(String key) {
    return new Precision(average, threshold, classIndex, key);
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
    return ClassCounts.result(
        sums,
        name,
        average,
        classIndex,
        (truePositives, predicted, members) -> ClassCounts.ratio(truePositives, predicted));
  }
}
