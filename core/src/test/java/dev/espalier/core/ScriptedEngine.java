package dev.espalier.core;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Executable;
import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * An engine that computes nothing: it returns numbers that a test wrote down, and remembers what it
 * was asked. For tests of the loop around the steps.
 */
final class ScriptedEngine implements EngineProvider {
  final Set<Capability> capabilities = EnumSet.allOf(Capability.class);
  final List<Program> compiled = new ArrayList<>();
  final List<Map<String, HostArray>> runs = new ArrayList<>();

  /**
   * What training steps were fed, with all that decides what they do; the same text, the same step.
   */
  final List<String> trainingSteps = new ArrayList<>();

  final Map<String, HostArray> variables = new HashMap<>();
  int openEngines;
  int openSessions;
  int openExecutables;
  private Script script = (program, output, run, size) -> size;

  /** Says what a program returns. */
  interface Script {
    /**
     * Returns a number.
     *
     * @param run of this program, from 0
     * @param size samples in the batch
     */
    double value(String program, String output, int run, int size);
  }

  ScriptedEngine returning(Script numbers) {
    script = numbers;
    return this;
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public Availability probe(EngineOptions options) {
    return Availability.usable(
        "Always there.", "1", EngineLibrary.ofFolder(Path.of("nowhere"), false));
  }

  @Override
  public Engine open(EngineOptions options) {
    openEngines++;
    return new ScriptedSessions();
  }

  private final class ScriptedSessions implements Engine {
    private boolean open = true;

    @Override
    public String name() {
      return "scripted";
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
      return capabilities;
    }

    @Override
    public Session openSession(Device device) {
      openSessions++;
      return new ScriptedSession();
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        openEngines--;
      }
    }
  }

  private final class ScriptedSession implements Session {
    @Override
    public void write(Map<Variable, HostArray> values) {
      values.forEach((variable, array) -> variables.put(variable.name(), array));
    }

    @Override
    public HostArray read(Variable variable) {
      return variables.get(variable.name());
    }

    @Override
    public Executable compile(Program program) {
      compiled.add(program);
      openExecutables++;
      return new ScriptedExecutable(program);
    }

    @Override
    public void close() {
      openSessions--;
    }
  }

  private final class ScriptedExecutable implements Executable {
    private final Program program;
    private int run;

    ScriptedExecutable(Program program) {
      this.program = program;
    }

    @Override
    public Map<String, HostArray> run(Map<String, HostArray> inputs) {
      if (!inputs.keySet().equals(program.inputs().keySet())) {
        throw new AssertionError("fed " + inputs.keySet());
      }
      runs.add(inputs);
      if (program.name().equals("train")) {
        trainingSteps.add(content(inputs));
      }
      HostArray batch =
          inputs.getOrDefault("image", inputs.get("label")); // features are fed without images
      int size = (batch == null ? inputs.values().iterator().next() : batch).shape().size(0);
      Map<String, HostArray> results = new LinkedHashMap<>();
      for (Program.Output output : program.outputs()) {
        Shape shape = output.tensor().shape();
        double value = value(output.name(), size);
        results.put(
            output.name(),
            shape.rank() == 0
                ? HostArray.scalar((float) value)
                : HostArray.filled(output.tensor().type().withShape(shape.with(0, size)), value));
      }
      run++;
      return results;
    }

    /** The gradient of a layer takes 2 ms, its value 1 ms, and all else of a run 5 ms. */
    @Override
    public ProfiledRun profile(Map<String, HostArray> inputs) {
      List<OperatorRun> operators = new ArrayList<>();
      for (Node node : program.graph().nodes()) {
        boolean ofLayer = node.op() instanceof Op.MatMul;
        if (ofLayer) {
          operators.add(operator(node, false, 1_000_000));
          operators.add(operator(node, true, 2_000_000));
        }
      }
      long sum = operators.stream().mapToLong(OperatorRun::nanoseconds).sum();
      return new ProfiledRun(run(inputs), sum + 5_000_000, operators);
    }

    private static OperatorRun operator(Node node, boolean gradient, long nanoseconds) {
      OperatorOrigin origin = new OperatorOrigin(node.scope(), node.op().primitive(), gradient);
      return new OperatorRun(origin, gradient ? "gemm_backward" : "gemm", nanoseconds, 64);
    }

    /**
     * Returns the number for a sum: of losses, of a metric's values, or of the weights of samples.
     */
    private double value(String output, int size) {
      if (output.startsWith("metric/") && output.endsWith("/1")) {
        return size;
      }
      String name = output.replaceFirst("^mean/", "").replaceFirst("/0$", "");
      return script.value(program.name(), name, run, size);
    }

    /** The arrays of images are used again for later batches, so it is now or never. */
    private static String content(Map<String, HostArray> inputs) {
      StringBuilder text = new StringBuilder();
      new TreeMap<>(inputs)
          .forEach(
              (name, array) -> {
                CRC32 sum = new CRC32();
                for (int i = 0; i < array.elementCount(); i++) {
                  long bits = Double.doubleToLongBits(array.at(i));
                  for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                    sum.update((int) (bits >> shift));
                  }
                }
                text.append(name).append(array.shape()).append('=').append(sum.getValue());
                text.append(' ');
              });
      return text.toString();
    }

    @Override
    public void close() {
      openExecutables--;
    }
  }
}
