package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.ReferenceInterpreter;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.loss.Loss;
import dev.espalier.metric.MeanMetric;
import dev.espalier.metric.Metric;
import dev.espalier.metric.MetricResult;
import dev.espalier.metric.MetricSums;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Computes losses and metrics on the reference interpreter. */
public final class SampleValues {
  private SampleValues() {}

  public static float[] of(Loss loss, HostArray target, HostArray prediction) {
    return evaluate(loss::call, target, prediction);
  }

  public static float[] of(MeanMetric metric, HostArray target, HostArray prediction) {
    return evaluate(metric::call, target, prediction);
  }

  /** Returns what a metric gives for one batch. */
  public static MetricResult result(
      Metric metric, HostArray target, HostArray prediction, double... weights) {
    Ops ops = new Ops();
    List<Tensor> sums =
        metric.accumulate(
            ops,
            input(ops, "target", target),
            input(ops, "prediction", prediction),
            ops.input("weight", TensorType.float32(Shape.UNKNOWN)));
    int batch = target.shape().size(0);
    float[] counted = new float[batch];
    Arrays.fill(counted, 1);
    for (int i = 0; i < weights.length; i++) {
      counted[i] = (float) weights[i];
    }
    Map<String, HostArray> feeds =
        Map.of(
            "target", target,
            "prediction", prediction,
            "weight", HostArray.wrap(Shape.of(batch), counted));
    return metric.result(
        MetricSums.of(
            sums.stream()
                .map(sum -> ReferenceInterpreter.evaluate(ops.toGraph(), sum, feeds, Map.of()))
                .toList()));
  }

  /** Returns an input whose batch is left open, as in a real training step. */
  private static Tensor input(Ops ops, String name, HostArray like) {
    return ops.input(name, like.type().withShape(like.shape().with(0, -1)));
  }

  public static void assertLoss(
      Loss loss, HostArray target, HostArray prediction, double... expected) {
    assertNear(of(loss, target, prediction), expected);
  }

  /** Asserts the loss of what an activation makes of logits. */
  public static void assertLoss(
      Loss loss, HostArray target, Activation activation, HostArray logits, double... expected) {
    Computation computation = (ops, known, x) -> loss.call(ops, known, activation.apply(ops, x));
    assertNear(evaluate(computation, target, logits), expected);
  }

  private static void assertNear(float[] actual, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("sample %d", i)
          .isCloseTo((float) expected[i], within((float) Math.max(2e-6, 1e-6 * expected[i])));
    }
  }

  public static HostArray rows(int columns, double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return HostArray.wrap(Shape.of(values.length / columns, columns), floats);
  }

  public static HostArray indices(int... values) {
    return HostArray.wrapInts(Shape.of(values.length), values);
  }

  private interface Computation {
    Tensor call(Ops ops, Tensor target, Tensor prediction);
  }

  private static float[] evaluate(Computation computation, HostArray target, HostArray prediction) {
    Ops ops = new Ops();
    Tensor targets = input(ops, "target", target);
    Tensor predictions = input(ops, "prediction", prediction);
    Tensor value = computation.call(ops, targets, predictions);
    assertThat(value.shape()).isEqualTo(Shape.of(-1));
    Map<String, HostArray> feeds = Map.of("target", target, "prediction", prediction);
    return ReferenceInterpreter.evaluate(ops.toGraph(), value, feeds, Map.of()).toFloats();
  }
}
