package dev.espalier.core;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EnginePurpose;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The engine of the tests under another name, made for inference, which notes what it is asked. */
final class InferenceTwin implements EngineProvider {
  /** Names of the programs that have run, in order. */
  final List<String> runs = Collections.synchronizedList(new ArrayList<>());

  /** How many variables each write had. */
  final List<Integer> writes = Collections.synchronizedList(new ArrayList<>());

  int opened;
  int closed;
  int openSessions;
  private final EngineProvider provider = new TensorFlowEngineProvider();
  private final Set<Capability> lacking = EnumSet.of(Capability.TRAINING);
  private boolean opens = true;
  private int runsThatSucceed = Integer.MAX_VALUE;

  /** Makes it fail when it is opened, as an engine whose library is damaged does. */
  InferenceTwin thatDoesNotOpen() {
    opens = false;
    return this;
  }

  /** Makes all runs fail after some have succeeded. */
  InferenceTwin thatFailsAfter(int runs) {
    runsThatSucceed = runs;
    return this;
  }

  InferenceTwin without(Capability capability) {
    lacking.add(capability);
    return this;
  }

  private static EspalierException failure() {
    return new EspalierException(ErrorCode.ENGINE_FAILED, "The twin fails.", "Use another.");
  }

  @Override
  public String name() {
    return "twin";
  }

  @Override
  public List<EnginePurpose> purposes() {
    return List.of(EnginePurpose.INFERENCE);
  }

  @Override
  public Availability probe(EngineOptions options) {
    return provider.probe(options);
  }

  @Override
  public Engine open(EngineOptions options) {
    opened++;
    if (!opens) {
      throw new UnsatisfiedLinkError("the library is damaged");
    }
    return new OpenTwin(provider.open(options));
  }

  private final class OpenTwin implements Engine {
    private final Engine engine;

    OpenTwin(Engine engine) {
      this.engine = engine;
    }

    @Override
    public String name() {
      return "twin";
    }

    @Override
    public String version() {
      return engine.version();
    }

    @Override
    public List<Device> devices() {
      return engine.devices();
    }

    @Override
    public Set<Capability> capabilities() {
      Set<Capability> capabilities = EnumSet.copyOf(engine.capabilities());
      capabilities.removeAll(lacking);
      return capabilities;
    }

    @Override
    public Session openSession(Device device) {
      openSessions++;
      return new TwinSession(engine.openSession(device));
    }

    @Override
    public void close() {
      closed++;
      engine.close();
    }
  }

  private final class TwinSession implements Session {
    private final Session session;

    TwinSession(Session session) {
      this.session = session;
    }

    @Override
    public void write(Map<Variable, HostArray> values) {
      if (!values.isEmpty()) {
        writes.add(values.size());
      }
      session.write(values);
    }

    @Override
    public HostArray read(Variable variable) {
      return session.read(variable);
    }

    @Override
    public Executable compile(Program program) {
      Executable executable = session.compile(program);
      return new Executable() {
        @Override
        public Map<String, HostArray> run(Map<String, HostArray> inputs) {
          if (runs.size() >= runsThatSucceed) {
            throw failure();
          }
          runs.add(program.name());
          return executable.run(inputs);
        }

        @Override
        public void close() {
          executable.close();
        }
      };
    }

    @Override
    public void close() {
      openSessions--;
      session.close();
    }
  }
}
