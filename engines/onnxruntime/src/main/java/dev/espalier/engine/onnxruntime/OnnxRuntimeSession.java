package dev.espalier.engine.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.engine.lowering.NativeSession;
import dev.espalier.engine.lowering.WriteCounts;
import dev.espalier.engine.slices.ProgramPart;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.engine.slices.SliceThreads;
import dev.espalier.engine.slices.SlicedExecution;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Keeps variables as arrays of the host, which programs contain as constants. Not thread-safe. */
final class OnnxRuntimeSession extends NativeSession {
  private final OrtEnvironment environment;
  private final SliceThreads threads;
  private final boolean spinning;
  private final Map<String, HostArray> values = new HashMap<>();
  private final WriteCounts writes = new WriteCounts();
  private final SliceLimits limits;

  OnnxRuntimeSession(
      OnnxRuntimeEngine engine,
      OrtEnvironment environment,
      int threads,
      boolean spinning,
      SliceLimits limits) {
    super(engine);
    this.environment = environment;
    this.threads = new SliceThreads(OnnxRuntimeEngineProvider.NAME, threads);
    this.spinning = spinning;
    this.limits = limits;
  }

  OrtEnvironment environment() {
    return environment;
  }

  /** Returns whether threads wait in a loop for more than the time between two operators. */
  boolean spinning() {
    return spinning;
  }

  /** Returns the value of a variable that has one. */
  HostArray value(Variable variable) {
    return Objects.requireNonNull(values.get(variable.name()));
  }

  /** Returns how often variables were written. */
  WriteCounts writes() {
    return writes;
  }

  @Override
  protected void store(Map<Variable, HostArray> arrays) {
    arrays.forEach((variable, array) -> values.put(variable.name(), array));
    writes.add(arrays.keySet());
  }

  /** Stores the values that a program gave to variables. */
  void update(Map<Variable, HostArray> arrays) {
    store(arrays);
  }

  @Override
  protected HostArray fetch(Variable variable) {
    return value(variable);
  }

  @Override
  protected NativeProgram prepare(Program program) {
    return new SlicedExecution(program, threads, limits, new Preparation());
  }

  private final class Preparation implements SlicedExecution.Preparation {
    @Override
    public NativeProgram whole(Program part) {
      return new WholeBatches(
          part, prepared(part, threads.count(), Shape.UNKNOWN), prepared(part, threads.count(), 1));
    }

    @Override
    public ProgramPart slice(Program part) {
      return prepared(part, 1, Shape.UNKNOWN);
    }

    /** It is small, and more threads would have to be started for it alone. */
    @Override
    public NativeProgram rest(Program part) {
      return prepared(part, 1, Shape.UNKNOWN);
    }

    private PreparedProgram prepared(Program part, int each, int samples) {
      return new PreparedProgram(OnnxRuntimeSession.this, part, each, samples);
    }
  }

  @Override
  protected void free() {
    values.clear();
    threads.close();
  }
}
