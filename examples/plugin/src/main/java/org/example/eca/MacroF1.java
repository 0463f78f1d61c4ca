package org.example.eca;

import dev.espalier.data.Target;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.plugin.Component;
import dev.espalier.metric.Goal;
import dev.espalier.metric.Matrix;
import dev.espalier.metric.Metric;
import dev.espalier.metric.MetricResult;
import dev.espalier.metric.MetricSums;
import java.util.List;

/**
 * F1 score averaged over the classes: the mean of 2·true positives/(predicted + actual positives).
 * Its matrix has a row for each class.
 */
record MacroF1() implements Metric {
  static final Component<Metric> COMPONENT =
      Component.of(
          "macro-f1",
          "F1 score averaged over the classes, regardless of their frequency (macro F1).",
          new MacroF1());

  @Override
  public String name() {
    return "macro_f1";
  }

  @Override
  public Goal goal() {
    return Goal.MAX;
  }

  @Override
  public boolean accepts(Target target) {
    return target instanceof Target.ClassIndex || target instanceof Target.SoftLabel;
  }

  /** Gives, for each class, the samples that are it and taken for it, are taken for it, are it. */
  @Override
  public List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
    int classes = prediction.shape().size(-1);
    Tensor index = target.dataType() == DataType.INT32 ? target : ops.argMax(target, -1);
    Tensor member = ops.oneHot(index, classes);
    Tensor guessed = ops.oneHot(ops.argMax(prediction, -1), classes);
    return List.of(
        sum(ops, ops.multiply(member, guessed), sampleWeight),
        sum(ops, guessed, sampleWeight),
        sum(ops, member, sampleWeight));
  }

  private static Tensor sum(Ops ops, Tensor rows, Tensor weight) {
    Tensor column = ops.reshape(weight, Shape.of(Shape.UNKNOWN, 1));
    return ops.sum(ops.multiply(rows, column), 0);
  }

  @Override
  public MetricResult result(MetricSums sums) {
    double[] hits = sums.values(0);
    double[] guesses = sums.values(1);
    double[] members = sums.values(2);
    double[] table = new double[3 * hits.length];
    double total = 0;
    int seen = 0;
    for (int i = 0; i < hits.length; i++) {
      double f1 = ratio(2 * hits[i], guesses[i] + members[i]);
      table[3 * i] = ratio(hits[i], guesses[i]);
      table[3 * i + 1] = ratio(hits[i], members[i]);
      table[3 * i + 2] = f1;
      total += f1;
      seen += guesses[i] + members[i] > 0 ? 1 : 0;
    }
    return MetricResult.of(name(), ratio(total, seen)).withMatrix(Matrix.of(3, table));
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
