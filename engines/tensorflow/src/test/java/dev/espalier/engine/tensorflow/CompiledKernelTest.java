package dev.espalier.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The gradient of swish, of which TensorFlow compiles one kernel where images are large. */
@Tag("native")
class CompiledKernelTest {
  private static final int SIDE = 64;
  private static final int CHANNELS = 16;

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Returns a program with swish and its gradient, weighted by a further input. */
  private static Program swish(int side) {
    Ops ops = new Ops();
    TensorType type = TensorType.float32(Shape.UNKNOWN, side, side, CHANNELS);
    Tensor x = ops.input("x", type);
    Tensor weight = ops.input("weight", type);
    Tensor y = ops.within("activation", () -> ops.unary(Op.UnaryFunction.SWISH, x));
    Tensor loss = ops.sum(ops.multiply(y, weight), 0, 1, 2, 3);
    Tensor gradient = ops.gradients(loss, List.of(x)).get(0);
    return new Program(
        "swish",
        ops.toGraph(),
        List.of(new Program.Output("y", y), new Program.Output("gradient", gradient)),
        List.of());
  }

  private static HostArray values(int samples, int side, double from, double step) {
    Shape shape = Shape.of(samples, side, side, CHANNELS);
    float[] values = new float[shape.arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (from + step * i);
    }
    return HostArray.wrap(shape, values);
  }

  private static Map<String, HostArray> inputs(int samples, int side) {
    int count = samples * side * side * CHANNELS;
    return Map.of(
        "x", values(samples, side, -120, 240.0 / count), "weight", values(samples, side, 1, 1e-5));
  }

  private static void assertIsGradient(Map<String, HostArray> inputs, HostArray gradient) {
    float[] xs = inputs.get("x").toFloats();
    float[] weights = inputs.get("weight").toFloats();
    float[] actual = gradient.toFloats();
    for (int i = 0; i < xs.length; i++) {
      double s = 1 / (1 + Math.exp(-xs[i]));
      double expected = weights[i] * (s + xs[i] * s * (1 - s));
      assertThat((double) actual[i]).as("at %s", xs[i]).isEqualTo(expected, within(4e-6));
    }
  }

  @Test
  void theGradientIsThatOfTheFormulaWhetherItIsCompiledOrNot() {
    for (int side : new int[] {4, SIDE}) {
      try (Session session = engine.openSession(Device.cpu());
          Executable executable = session.compile(swish(side))) {
        Map<String, HostArray> inputs = inputs(1, side);
        assertIsGradient(inputs, executable.run(inputs).get("gradient"));
      }
    }
  }

  @Test
  void theFirstRunWithABatchSizeIsEqualToTheSecondToTheLastBit() {
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(swish(SIDE))) {
      for (int samples : new int[] {3, 2, 1}) {
        Map<String, HostArray> inputs = inputs(samples, SIDE);
        assertThat(executable.run(inputs)).isEqualTo(executable.run(inputs));
      }
    }
  }

  @Test
  void swishAndItsGradientAreOneOperationEachAndBelongToTheirLayer() {
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(swish(SIDE))) {
      Map<String, HostArray> inputs = inputs(2, SIDE);
      executable.run(inputs);
      long bytes = 4L * 2 * SIDE * SIDE * CHANNELS;
      List<OperatorRun> large =
          executable.profile(inputs).operators().stream()
              .filter(operator -> operator.origin().layer().equals("activation"))
              .filter(operator -> operator.bytes() >= bytes)
              .toList();
      assertThat(large).extracting(OperatorRun::bytes).containsOnly(bytes);
      assertThat(large)
          .extracting(operator -> operator.origin().gradient())
          .containsExactlyInAnyOrder(false, true);
    }
  }
}
