package dev.espalier.engine.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import dev.espalier.testkit.engine.CapabilityContract;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine that declares nothing refuses everything that would need it. */
class LimitedEngineTest implements CapabilityContract {
  private final Engine engine = new LimitedEngine();

  @AfterEach
  void close() {
    engine.close();
  }

  @Override
  public EngineProvider engineProvider() {
    throw new UnsupportedOperationException("what an engine declares, it declares when open");
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Engine openAnotherEngine() {
    return new LimitedEngine();
  }

  @Override
  public Session openSession() {
    return engine.openSession(Device.cpu());
  }

  @Test
  void theEndOfTheJvmClosesItUnlessDestructorsAreSkipped() {
    LimitedEngine ending = new LimitedEngine();
    Session session = ending.openSession(Device.cpu());
    ending.jvmEnds(true);
    session.write(Map.of());
    ending.jvmEnds(false);
    assertThatThrownBy(() -> session.write(Map.of()))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  private static final class LimitedEngine extends NativeEngine {
    LimitedEngine() {
      super("limited", "1", List.of(Device.cpu()));
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of();
    }

    @Override
    protected NativeSession newSession(Device device) {
      return new LimitedSession(this);
    }
  }

  private static final class LimitedSession extends NativeSession {
    LimitedSession(NativeEngine engine) {
      super(engine);
    }

    @Override
    protected void store(Map<Variable, HostArray> values) {}

    @Override
    protected HostArray fetch(Variable variable) {
      return HostArray.filled(variable.type(), 0);
    }

    @Override
    protected NativeProgram prepare(Program program) {
      return new NativeProgram() {
        @Override
        public Map<String, HostArray> run(Map<String, HostArray> inputs) {
          return Map.of();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    protected void free() {}
  }
}
