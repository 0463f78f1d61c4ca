package dev.espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.testkit.engine.PrimitiveContract;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each primitive, exported and run by ONNX Runtime, gives what plain Java gives. */
@Tag("native")
class PrimitiveRulesTest implements PrimitiveContract {

  @Test
  void namesAPrimitiveWithoutARule() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(3));
    Tensor gradient =
        ops.within("loss", () -> ops.gradients(ops.sum(ops.square(x), 0), List.of(x))).get(0);
    Program program =
        new Program("train", ops.toGraph(), List.of(new Program.Output("y", gradient)), List.of());
    assertThatThrownBy(() -> OnnxProgram.of(program, variable -> null))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.NOT_EXPORTABLE);
              assertThat(e.problem())
                  .isEqualTo("The operation Gradients of loss cannot be expressed in ONNX.");
            });
  }

  @Override
  public Engine engine() {
    return new FileEngine();
  }

  @Override
  public Session openSession() {
    return new FileSession();
  }

  @Override
  public EngineProvider engineProvider() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Engine openAnotherEngine() {
    return engine();
  }

  /** As much of an engine as the contract needs. */
  private static final class FileEngine implements Engine {
    @Override
    public String name() {
      return "file";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Device> devices() {
      return List.of(Device.cpu());
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of();
    }

    @Override
    public Session openSession(Device device) {
      return new FileSession();
    }

    @Override
    public void close() {}
  }

  private static final class FileSession implements Session {
    @Override
    public void write(Map<Variable, HostArray> values) {
      throw new UnsupportedOperationException();
    }

    @Override
    public HostArray read(Variable variable) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Executable compile(Program program) {
      RuntimeFile file = RuntimeFile.of(OnnxProgram.of(program, variable -> null).toBytes());
      return new Executable() {
        @Override
        public Map<String, HostArray> run(Map<String, HostArray> inputs) {
          return file.run(inputs);
        }

        @Override
        public void close() {
          file.close();
        }
      };
    }

    @Override
    public void close() {}
  }
}
