package dev.espalier.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.testkit.engine.EngineFixture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class TensorFlowFailuresTest {
  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Program program(Ops ops, Tensor output, Program.Update... updates) {
    return EngineFixture.program("predict", ops, List.of(output), updates);
  }

  @Test
  void lackOfMemoryIsToldWithTheLayer() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 1, 1));
    Tensor column = ops.reshape(x, Shape.of(-1, 1));
    Tensor huge = ops.within("block7a/expand conv", () -> ops.multiply(x, column));
    Tensor sum = ops.sum(ops.multiply(huge, ops.multiply(huge, 2)), 0, 1, 2);
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(program(ops, sum))) {
      HostArray many = HostArray.filled(TensorType.float32(3_000_000, 1, 1), 1);
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> executable.run(Map.of("x", many)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE_FAILED))
          .withMessageContaining("\"predict\"")
          .withMessageContaining("in block7a/expand conv")
          .withMessageContaining("out of memory")
          .withMessageContaining("smaller batch");
    }
  }

  @Test
  void aStepThatFailsHalfWayChangesNothing() {
    Variable weight = EngineFixture.weight("w", 1);
    Variable counter = EngineFixture.variable("n", new TensorType(DataType.INT32, Shape.scalar()));
    Ops ops = new Ops();
    Tensor next = ops.add(ops.read(weight), 1);
    Tensor quotient = ops.divide(ops.read(counter), ops.input("divisor", counter.type()));
    Program step =
        program(ops, next, new Program.Update(weight, next), new Program.Update(counter, quotient));
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(step)) {
      session.write(Map.of(weight, HostArray.wrap(Shape.of(1), 5), counter, HostArray.scalar(6)));
      for (int i = 0; i < 20; i++) {
        assertThatExceptionOfType(EspalierException.class)
            .isThrownBy(() -> executable.run(Map.of("divisor", HostArray.scalar(0))))
            .withMessageContaining("Integer division by zero");
      }
      assertThat(session.read(weight)).isEqualTo(HostArray.wrap(Shape.of(1), 5));
      executable.run(Map.of("divisor", HostArray.scalar(2)));
      assertThat(session.read(weight)).isEqualTo(HostArray.wrap(Shape.of(1), 6));
      assertThat(session.read(counter)).isEqualTo(HostArray.scalar(3));
    }
  }

  @Test
  void whatTensorFlowRefusesIsToldWithTheLayer() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", new TensorType(DataType.BOOL, Shape.of(2)));
    Tensor sum = ops.within("gate", () -> ops.add(x, x));
    try (Session session = engine.openSession(Device.cpu())) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> session.compile(program(ops, sum)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE_FAILED))
          .withMessageContaining("ADD")
          .withMessageContaining("gate");
    }
  }

  @Test
  void secondDerivativesAreRefused() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32());
    Tensor first = ops.gradients(ops.square(x), List.of(x)).get(0);
    Tensor second = ops.gradients(ops.square(first), List.of(x)).get(0);
    try (Session session = engine.openSession(Device.cpu())) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> session.compile(program(ops, second)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CAPABILITY));
    }
  }

  @Test
  void theLayerIsFoundInTheNameOfAFusedOperation() {
    Map<String, String> scopes = Map.of("train.0/block1a/SWISH", "block1a");
    assertThat(Failures.scope("failed [[{{node train.0/block1a/SWISH/gradient/Mul_3}}]]", scopes))
        .isEqualTo("block1a");
    assertThat(Failures.scope("failed {{node other/Mul}}", scopes)).isNull();
    assertThat(Failures.scope("failed", scopes)).isNull();
  }
}
