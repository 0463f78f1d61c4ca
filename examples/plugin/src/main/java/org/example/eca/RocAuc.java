package org.example.eca;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.metric.Goal;
import dev.espalier.metric.Metric;
import dev.espalier.metric.MetricResult;
import dev.espalier.metric.MetricSums;
import java.util.List;

/**
 * The area under the ROC curve of each class against the others, averaged over the classes: Keras'
 * AUC with multi_label=True.
 *
 * @param thresholds at which the curve is measured, 3 or more
 */
record RocAuc(int thresholds) implements Metric {
  private static final OptionDescription<Integer> THRESHOLDS =
      OptionDescription.wholeNumber(
              "thresholds", 3, 10_000, "Number of thresholds at which the curve is computed.")
          .withDefault(200);

  static final Component<Metric> COMPONENT =
      Component.of(
          "roc-auc",
          "Area under the ROC curve (AUC), averaged over the classes.",
          List.of(THRESHOLDS),
          options -> new RocAuc(options.get(THRESHOLDS)));

  @Override
  public String name() {
    return "auc";
  }

  @Override
  public Goal goal() {
    return Goal.MAX;
  }

  /** Gives true and false positives by class and threshold, and members and others by class. */
  @Override
  public List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
    int classes = prediction.shape().size(-1);
    Tensor member =
        target.dataType() == DataType.INT32 ? ops.oneHot(target, classes) : target;
    Tensor weight = ops.reshape(sampleWeight, Shape.of(Shape.UNKNOWN, 1));
    Tensor yes = ops.multiply(member, weight);
    Tensor no = ops.subtract(weight, yes);
    Shape each = Shape.of(Shape.UNKNOWN, classes, 1);
    Tensor above =
        ops.cast(
            ops.compare(Comparison.GREATER, ops.reshape(prediction, each), curve(ops)),
            DataType.FLOAT32);
    return List.of(
        ops.sum(ops.multiply(above, ops.reshape(yes, each)), 0),
        ops.sum(ops.multiply(above, ops.reshape(no, each)), 0),
        ops.sum(yes, 0),
        ops.sum(no, 0));
  }

  /** Evenly from just below 0 to just above 1. */
  private Tensor curve(Ops ops) {
    float[] values = new float[thresholds];
    for (int i = 0; i < thresholds; i++) {
      values[i] = (float) i / (thresholds - 1);
    }
    values[0] = -1e-7f;
    values[thresholds - 1] = 1 + 1e-7f;
    return ops.constant(HostArray.wrap(Shape.of(1, 1, thresholds), values));
  }

  @Override
  public MetricResult result(MetricSums sums) {
    double[] members = sums.values(2);
    double[] others = sums.values(3);
    double total = 0;
    for (int label = 0; label < members.length; label++) {
      total += area(sums, label, members[label], others[label]);
    }
    return MetricResult.of(name(), total / members.length);
  }

  private double area(MetricSums sums, int label, double members, double others) {
    double[] truePositives = sums.values(0);
    double[] falsePositives = sums.values(1);
    double area = 0;
    for (int i = label * thresholds; i < (label + 1) * thresholds - 1; i++) {
      double width = rate(falsePositives[i], others) - rate(falsePositives[i + 1], others);
      double height = rate(truePositives[i], members) + rate(truePositives[i + 1], members);
      area += width * height / 2;
    }
    return area;
  }

  private static double rate(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
