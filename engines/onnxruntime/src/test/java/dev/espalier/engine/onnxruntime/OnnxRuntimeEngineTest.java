package dev.espalier.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EnginePurpose;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.testkit.engine.EngineContract;
import dev.espalier.testkit.engine.EngineFixture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("native")
class OnnxRuntimeEngineTest extends EngineContract {
  @Override
  protected EngineProvider provider() {
    return new OnnxRuntimeEngineProvider();
  }

  @Test
  void isMadeForInferenceOnly() {
    assertThat(engineProvider().purposes()).containsExactly(EnginePurpose.INFERENCE);
    assertThat(engine().capabilities()).doesNotContain(Capability.TRAINING);
  }

  interface CLibrary extends Library {
    String getenv(String name);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void sendsNoTelemetry() {
    assertThat(engine()).isNotNull();
    assertThat(Native.load("c", CLibrary.class).getenv("ORT_DISABLE_TELEMETRY")).isEqualTo("1");
  }

  /** Variables are constants of what was compiled, so a program has to notice new values. */
  @Test
  void computesWithTheValuesThatWereWrittenLast() {
    Variable weight = EngineFixture.weight("w", 2);
    Ops ops = new Ops();
    Tensor product = ops.multiply(ops.input("x", TensorType.float32(2)), ops.read(weight));
    Program program = EngineFixture.program("multiply", ops, List.of(product));
    HostArray x = HostArray.wrap(Shape.of(2), 3, 5);
    try (Session session = openSession();
        Executable executable = session.compile(program)) {
      for (int factor = 1; factor < 4; factor++) {
        session.write(Map.of(weight, HostArray.filled(weight.type(), factor)));
        for (int again = 0; again < 2; again++) {
          assertThat(EngineFixture.run(executable, Map.of("x", x)))
              .containsExactly(HostArray.wrap(Shape.of(2), 3f * factor, 5f * factor));
        }
      }
    }
  }

  @Test
  void threadsThatSpinComputeTheSame() {
    Ops ops = new Ops();
    Tensor product =
        ops.matMul(
            ops.input("x", TensorType.float32(64, 64)), ops.input("y", TensorType.float32(64, 64)));
    Program program = EngineFixture.program("product", ops, List.of(product));
    Map<String, HostArray> inputs =
        Map.of(
            "x", HostArray.filled(TensorType.float32(64, 64), 0.1),
            "y", HostArray.filled(TensorType.float32(64, 64), 3));
    EngineOptions spinning = EngineOptions.of(options -> options.extra("spinning", "true"));
    try (Engine other = provider().open(spinning);
        Session session = other.openSession(Device.cpu());
        Executable executable = session.compile(program);
        Session usual = openSession();
        Executable expected = usual.compile(program)) {
      assertThat(EngineFixture.run(executable, inputs))
          .isEqualTo(EngineFixture.run(expected, inputs));
    }
  }
}
