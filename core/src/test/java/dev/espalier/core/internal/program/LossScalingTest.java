package dev.espalier.core.internal.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scale follows the rules of Keras' LossScaleOptimizer. */
@Tag("native")
class LossScalingTest {
  private static final Variable WEIGHT =
      new Variable(
          "weight", TensorType.float32(2), Variable.Role.WEIGHT, true, Initializers.zeros());

  /** A step that subtracts the gradient of the sum of x * weight, which is x. */
  private final Ops ops = new Ops();

  private final LossScaling scaling = new LossScaling(ops);

  private Program step() {
    Tensor weight = ops.read(WEIGHT);
    Tensor loss = ops.sum(ops.multiply(ops.input("x", TensorType.float32(2)), weight), 0);
    Tensor gradient = scaling.gradients(loss, List.of(weight)).get(0);
    List<Program.Update> updates =
        scaling.updates(List.of(new Program.Update(WEIGHT, ops.subtract(weight, gradient))));
    return new Program("train", ops.toGraph(), List.of(), updates);
  }

  private Variable slot(String name) {
    return scaling.slots().stream()
        .filter(variable -> variable.name().equals("loss_scaling/" + name))
        .findFirst()
        .orElseThrow();
  }

  private static HostArray pair(double first, double second) {
    return HostArray.wrap(Shape.of(2), (float) first, (float) second);
  }

  @Test
  void aStepWhoseGradientsAreNotFiniteMovesNothingAndHalvesTheScale() {
    try (Engine engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
        Session session = engine.openSession(Device.cpu());
        Executable step = session.compile(step())) {
      Variable scale = slot("scale");
      Variable steps = slot("finite_steps");
      session.write(
          Map.of(WEIGHT, pair(1, 1), scale, HostArray.scalar(32768f), steps, HostArray.scalar(0f)));

      step.run(Map.of("x", pair(0.5, -2)));
      assertThat(session.read(WEIGHT)).isEqualTo(pair(0.5, 3));
      assertThat(session.read(scale).item()).isEqualTo(32768);
      assertThat(session.read(steps).item()).isEqualTo(1);

      for (double notFinite : List.of(Double.POSITIVE_INFINITY, Double.NaN, 1e37)) {
        step.run(Map.of("x", pair(1, notFinite)));
      }
      assertThat(session.read(WEIGHT))
          .as("1e37 is not finite times the scale")
          .isEqualTo(pair(0.5, 3));
      assertThat(session.read(scale).item()).isEqualTo(4096);
      assertThat(session.read(steps).item()).isZero();

      session.write(Map.of(steps, HostArray.scalar(1998f)));
      step.run(Map.of("x", pair(0.5, 1)));
      assertThat(session.read(scale).item()).isEqualTo(4096);
      step.run(Map.of("x", pair(0.25, 1)));
      assertThat(session.read(scale).item()).as("after 2000 steps").isEqualTo(8192);
      assertThat(session.read(steps).item()).isZero();
      assertThat(session.read(WEIGHT)).isEqualTo(pair(-0.25, 1));
    }
  }

  /** Of two weights, the gradient of the last one overflows. */
  @Test
  void theGradientsOfAllWeightsDecide() {
    Variable other =
        new Variable(
            "other", TensorType.float32(2), Variable.Role.WEIGHT, true, Initializers.zeros());
    Tensor weight = ops.read(WEIGHT);
    Tensor second = ops.read(other);
    Tensor loss =
        ops.add(
            ops.sum(weight, 0),
            ops.sum(ops.multiply(ops.input("x", TensorType.float32(2)), second), 0));
    List<Tensor> gradients = scaling.gradients(loss, List.of(weight, second));
    List<Program.Update> updates =
        scaling.updates(
            List.of(
                new Program.Update(WEIGHT, ops.subtract(weight, gradients.get(0))),
                new Program.Update(other, ops.subtract(second, gradients.get(1)))));
    Program step = new Program("train", ops.toGraph(), List.of(), updates);
    try (Engine engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
        Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(step)) {
      session.write(
          Map.of(
              WEIGHT,
              pair(1, 1),
              other,
              pair(1, 1),
              slot("scale"),
              HostArray.scalar(32768f),
              slot("finite_steps"),
              HostArray.scalar(0f)));
      executable.run(Map.of("x", pair(1, Double.POSITIVE_INFINITY)));

      assertThat(session.read(WEIGHT)).isEqualTo(pair(1, 1));
      assertThat(session.read(other)).isEqualTo(pair(1, 1));
      assertThat(session.read(slot("scale")).item()).isEqualTo(16384);
    }
  }
}
