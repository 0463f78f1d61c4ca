package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import java.util.List;

/**
 * Confusion matrix: how many samples of each class (row) are predicted to be each class (column).
 * The predicted class is the one with the largest output, the first of equal ones; a model with one
 * output has two classes and predicts the second above 0.5. Its value in the logs is the fraction
 * of samples on the diagonal. Weighted, it has sums of weights instead of numbers of samples.
 * Immutable and thread-safe.
 */
public record ConfusionMatrix() implements Metric {
  private static final String VALUE = "confusion_matrix_accuracy";

  @Override
  public String name() {
    return "confusion_matrix";
  }

  @Override
  public List<String> logNames() {
    return List.of(VALUE);
  }

  @Override
  public Goal goal() {
    return Goal.MAX;
  }

  /** Returns no for multi-label targets: it asks for the one class of a sample. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  @Override
  public List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
    ClassCounts.Decisions decisions =
        ClassCounts.Decisions.of(ops, name(), null, target, prediction);
    Tensor members = decisions.members();
    Tensor predicted = decisions.predicted();
    if (prediction.shape().size(-1) == 1) {
      members = withComplement(ops, members);
      predicted = withComplement(ops, predicted);
    }
    Tensor weight = ops.reshape(sampleWeight, Shape.of(Shape.UNKNOWN, 1));
    return List.of(ops.matMul(ops.transpose(ops.multiply(members, weight), 1, 0), predicted));
  }

  private static Tensor withComplement(Ops ops, Tensor positive) {
    return ops.concat(List.of(ops.subtract(ops.constant(1), positive), positive), 1);
  }

  @Override
  public MetricResult result(MetricSums sums) {
    double[] counts = sums.values(0);
    int classes = sums.shape(0).size(0);
    double correct = 0;
    double total = 0;
    for (int i = 0; i < counts.length; i++) {
      correct += i / classes == i % classes ? counts[i] : 0;
      total += counts[i];
    }
    return MetricResult.of(VALUE, ClassCounts.ratio(correct, total))
        .withMatrix(Matrix.of(classes, counts));
  }
}
