package dev.espalier.benchmarks.jmh;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** An engine that computes nothing, so that what the host does around it can be measured. */
final class EmptyEngine implements Engine {
  @Override
  public String name() {
    return "empty";
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
    return EnumSet.of(Capability.TRAINING, Capability.CONCURRENT_SESSIONS);
  }

  @Override
  public Session openSession(Device device) {
    return new EmptySession();
  }

  @Override
  public void close() {}

  private static final class EmptySession implements Session {
    private final Map<String, HostArray> values = new HashMap<>();

    @Override
    public void write(Map<Variable, HostArray> written) {
      written.forEach((variable, value) -> values.put(variable.name(), value));
    }

    @Override
    public HostArray read(Variable variable) {
      return Objects.requireNonNull(values.get(variable.name()));
    }

    @Override
    public Executable compile(Program program) {
      return new EmptyExecutable(program);
    }

    @Override
    public void close() {}
  }

  private static final class EmptyExecutable implements Executable {
    private final Program program;
    private final Map<Integer, Map<String, HostArray>> outputs = new HashMap<>();

    EmptyExecutable(Program program) {
      this.program = program;
    }

    @Override
    public Map<String, HostArray> run(Map<String, HostArray> inputs) {
      int batch = Objects.requireNonNull(inputs.get("image")).shape().size(0);
      return outputs.computeIfAbsent(batch, this::zeros);
    }

    private Map<String, HostArray> zeros(int batch) {
      Map<String, HostArray> zeros = new HashMap<>();
      for (Program.Output output : program.outputs()) {
        Shape shape = output.tensor().shape();
        zeros.put(
            output.name(),
            HostArray.filled(
                output.tensor().type().withShape(shape.isStatic() ? shape : shape.with(0, batch)),
                0));
      }
      return zeros;
    }

    @Override
    public void close() {}
  }
}
