package dev.espalier.engine.lowering;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Executable;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A session that checks its arguments: types, names, whether it is open, whether variables have
 * values. Engines implement the {@code protected} methods, which get checked arguments and are
 * never called concurrently: a thread that closes the session waits until the current run is done.
 */
public abstract class NativeSession implements Session {
  /** Held while native code runs. */
  final Object lock = new Object();

  private final NativeEngine engine;
  private final Map<String, Variable> written = new TreeMap<>();
  private final Set<CheckedExecutable> executables = new LinkedHashSet<>();
  private Device device = Device.cpu();
  private volatile boolean closed;
  private boolean freed;

  /** Creates a session without variables. */
  protected NativeSession(NativeEngine engine) {
    this.engine = engine;
  }

  /** Sets the device that the engine opened it on, before the session is used. */
  final void setDevice(Device value) {
    device = value;
  }

  /** Stores the values of variables, all or none. The arrays have the variables' types. */
  protected abstract void store(Map<Variable, HostArray> values);

  /** Returns the value of a variable that has one. */
  protected abstract HostArray fetch(Variable variable);

  /** Prepares a program. */
  protected abstract NativeProgram prepare(Program program);

  /** Frees all resources of the session; called once, after its programs are closed. */
  protected abstract void free();

  /** Returns the variables that have values, sorted by name. */
  protected final Collection<Variable> written() {
    return Collections.unmodifiableCollection(written.values());
  }

  @Override
  public final void write(Map<Variable, HostArray> values) {
    synchronized (lock) {
      checkOpen();
      for (Map.Entry<Variable, HostArray> entry : values.entrySet()) {
        Variable variable = entry.getKey();
        checkKnownType(variable);
        if (!variable.type().equals(entry.getValue().type())) {
          throw new EspalierException(
              ErrorCode.SHAPE_MISMATCH,
              "The variable "
                  + variable.name()
                  + " is "
                  + variable.type()
                  + " but was given "
                  + entry.getValue().type()
                  + ".",
              "Give an array of the variable's type. No variable was changed.");
        }
      }
      if (!values.isEmpty()) {
        store(values);
        values.keySet().forEach(variable -> written.put(variable.name(), variable));
      }
    }
  }

  @Override
  public final HostArray read(Variable variable) {
    synchronized (lock) {
      checkOpen();
      checkKnownType(variable);
      checkWritten(List.of(variable), "read");
      return fetch(variable);
    }
  }

  @Override
  public final Executable compile(Program program) {
    synchronized (lock) {
      checkOpen();
      engine.require(Capability.neededBy(program), "the program \"" + program.name() + "\"");
      requireTypes(program);
      program.variables().forEach(this::checkKnownType);
      CheckedExecutable executable = new CheckedExecutable(this, program, prepare(program));
      executables.add(executable);
      return executable;
    }
  }

  private void requireTypes(Program program) {
    program.graph().nodes().stream()
        .flatMap(node -> node.outputs().stream())
        .map(Tensor::dataType)
        .filter(DataType::isHalf)
        .distinct()
        .forEach(type -> requireType(type, program));
  }

  private void requireType(DataType type, Program program) {
    PrecisionSupport support = engine.precision(type, device);
    if (support.level() == PrecisionSupport.Level.UNSUPPORTED) {
      throw new EspalierException(
          ErrorCode.UNSUPPORTED_CAPABILITY,
          "The program \""
              + program.name()
              + "\" computes in "
              + type.lowerCaseName()
              + ": "
              + support.reason(),
          "Compute in float32, or use another engine or device.");
    }
  }

  /** Checks that programs of this session can be profiled. */
  final void requireProfiling() {
    engine.require(Set.of(Capability.PROFILING), "a profile");
    if (device.kind() != Device.Kind.CPU) {
      throw new EspalierException(
          ErrorCode.UNSUPPORTED_CAPABILITY,
          "A program on "
              + device
              + " cannot be profiled: operators of a GPU run after the calls"
              + " that start them.",
          "Profile it on the device cpu, or use the profiler of the GPU's manufacturer.");
    }
  }

  final void updated(Program program) {
    for (Program.Update update : program.updates()) {
      written.putIfAbsent(update.variable().name(), update.variable());
    }
  }

  final void release(CheckedExecutable executable) {
    executables.remove(executable);
  }

  private void checkKnownType(Variable variable) {
    Variable known = written.get(variable.name());
    if (known != null && !known.type().equals(variable.type())) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The variable "
              + variable.name()
              + " is "
              + known.type()
              + " in this session, not "
              + variable.type()
              + ".",
          "Use another name, or another session.");
    }
  }

  final void checkWritten(Collection<Variable> variables, String program) {
    List<String> missing =
        variables.stream().map(Variable::name).filter(name -> !written.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new EspalierException(
          ErrorCode.ENGINE_FAILED,
          "\""
              + program
              + "\" needs the value of "
              + String.join(", ", missing.subList(0, Math.min(5, missing.size())))
              + (missing.size() > 5 ? " and " + (missing.size() - 5) + " more" : "")
              + ", which was never written.",
          "Write the variables' initial values before the first run.");
    }
  }

  final void checkOpen() {
    if (closed) {
      throw closedError("session");
    }
  }

  final EspalierException closedError(String what) {
    return new EspalierException(
        ErrorCode.CLOSED,
        "The " + what + " of the engine " + engine.name() + " is closed.",
        "Open a new one, or close it later.");
  }

  @Override
  public final void close() {
    closed = true; // a thread that keeps running steps must not grab the lock again at once
    synchronized (lock) {
      if (!freed) {
        freed = true;
        new ArrayList<>(executables).forEach(CheckedExecutable::close);
        free();
        engine.release(this);
      }
    }
  }
}
