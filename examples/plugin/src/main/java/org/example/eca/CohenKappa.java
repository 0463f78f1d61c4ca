package org.example.eca;

import dev.espalier.data.Target;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.metric.Goal;
import dev.espalier.metric.Matrix;
import dev.espalier.metric.Metric;
import dev.espalier.metric.MetricResult;
import dev.espalier.metric.MetricSums;
import dev.espalier.plugin.Component;
import java.util.List;

/**
 * Cohen's kappa: how much more often the model is right than one that guesses classes as often as
 * it does; 1 is perfect, 0 is chance. Its matrix has a row for each class: how often it is
 * predicted, and how often it is true.
 */
record CohenKappa() implements Metric {
  static final Component<Metric> COMPONENT =
      Component.of(
          "cohen-kappa",
          "Agreement with the classes beyond chance (Cohen's kappa); 1 is perfect, 0 is chance.",
          new CohenKappa());

  @Override
  public String name() {
    return "cohen_kappa";
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
    double[] table = new double[2 * hits.length];
    double right = 0;
    double samples = 0;
    double products = 0;
    for (int i = 0; i < hits.length; i++) {
      table[2 * i] = guesses[i];
      table[2 * i + 1] = members[i];
      right += hits[i];
      samples += members[i];
      products += guesses[i] * members[i];
    }
    double agreement = ratio(right, samples);
    double chance = ratio(products, samples * samples);
    // With one class alone there is no chance to be wrong.
    double kappa = chance == 1 ? 1 : (agreement - chance) / (1 - chance);
    return MetricResult.of(name(), kappa).withMatrix(Matrix.of(2, table));
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
