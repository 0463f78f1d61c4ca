package org.example.eca;

import dev.espalier.data.Target;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.metric.Goal;
import dev.espalier.metric.MeanMetric;
import dev.espalier.metric.Metric;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/**
 * The mean cost of the decisions: not every mistake costs the same, as when a poisonous mushroom is
 * taken for an edible one.
 *
 * @param costs a row for each true class, with the cost of each predicted class
 */
record ExpectedCost(List<Double> costs) implements MeanMetric {
  private static final OptionDescription<List<Double>> COSTS =
      OptionDescription.numbers(
              "costs",
              -1e9,
              1e9,
              "Costs: for each true class in turn, that of each predicted class.")
          .withDefault(List.of(0.0, 1.0, 1.0, 0.0));

  static final Component<Metric> COMPONENT =
      Component.of(
          "expected-cost",
          "Mean cost of the predicted classes, by a matrix of costs.",
          List.of(COSTS),
          options -> new ExpectedCost(options.get(COSTS)));

  ExpectedCost {
    costs = List.copyOf(costs);
  }

  @Override
  public String name() {
    return "expected_cost";
  }

  @Override
  public Goal goal() {
    return Goal.MIN;
  }

  @Override
  public boolean accepts(Target target) {
    return target instanceof Target.ClassIndex || target instanceof Target.SoftLabel;
  }

  @Override
  public Tensor call(Ops ops, Tensor target, Tensor prediction) {
    int classes = prediction.shape().size(-1);
    if (costs.size() != classes * classes) {
      throw new IllegalArgumentException(
          classes + " classes have " + classes * classes + " costs, not " + costs.size() + ".");
    }
    float[] values = new float[costs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = costs.get(i).floatValue();
    }
    Tensor matrix = ops.constant(HostArray.wrap(Shape.of(classes, classes), values));
    Tensor index = target.dataType() == DataType.INT32 ? target : ops.argMax(target, -1);
    Tensor row = ops.matMul(ops.oneHot(index, classes), matrix);
    Tensor guessed = ops.oneHot(ops.argMax(prediction, -1), classes);
    return ops.sum(ops.multiply(row, guessed), -1);
  }
}
