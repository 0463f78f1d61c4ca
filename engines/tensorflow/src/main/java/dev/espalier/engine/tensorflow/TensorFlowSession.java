package dev.espalier.engine.tensorflow;

import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.tensorflow.ProgramLowering.LoweredProgram;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Tensor;

/**
 * Holds variables as resources of one TensorFlow session and runs programs on them. One thread at a
 * time.
 */
final class TensorFlowSession implements Session {
  /** Left-over operations that are tolerated before the graph is made anew. */
  private static final int TOLERATED_GARBAGE = 1_000;

  private final TensorFlowEngine engine;
  private final Supplier<SessionGraph> graphs;
  private final Map<String, Variable> written = new TreeMap<>();
  private final Set<TensorFlowExecutable> executables = new LinkedHashSet<>();
  private final Set<Set<String>> writeSets = new HashSet<>();
  private SessionGraph graph;
  private @Nullable Result snapshot;
  private int garbage;
  private boolean closed;

  /**
   * Opens a session.
   *
   * @param graphs makes an empty graph on the session's device
   */
  TensorFlowSession(TensorFlowEngine engine, Supplier<SessionGraph> graphs) {
    this.engine = engine;
    this.graphs = graphs;
    this.graph = graphs.get();
  }

  @Override
  public void write(Map<Variable, HostArray> values) {
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
    if (values.isEmpty()) {
      return;
    }
    collectGarbage();
    List<Tensor> tensors = new ArrayList<>();
    try {
      Map<Variable, Tensor> feeds = new LinkedHashMap<>();
      for (Map.Entry<Variable, HostArray> entry : values.entrySet()) {
        Tensor tensor = HostTransfer.toTensor(entry.getValue());
        tensors.add(tensor);
        feeds.put(entry.getKey(), tensor);
      }
      assign(feeds);
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private void assign(Map<Variable, Tensor> values) {
    dropSnapshot();
    org.tensorflow.Session.Runner runner = graph.runner();
    Set<String> names = new HashSet<>();
    values.forEach(
        (variable, tensor) -> {
          VariableStore.Handle handle = graph.variables().handle(variable);
          runner.feed(handle.placeholder(), tensor).addTarget(handle.write());
          names.add(variable.name());
        });
    // TensorFlow keeps a plan for every combination of feeds for as long as the session lives.
    if (writeSets.add(names)) {
      garbage += names.size();
    }
    try {
      runner.run().close();
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.run("write", Map.of(), e);
    }
    values.keySet().forEach(variable -> written.put(variable.name(), variable));
  }

  @Override
  public HostArray read(Variable variable) {
    checkOpen();
    checkKnownType(variable);
    checkWritten(List.of(variable), "read");
    int index = List.copyOf(written.keySet()).indexOf(variable.name());
    return HostTransfer.toHost(snapshot().get(index));
  }

  /**
   * Returns the values of all variables, in the order of {@link #written}. One run for all, because
   * TensorFlow prepares every set of fetches anew and keeps the plan; on the processor the tensors
   * share the variables' memory until those change.
   */
  private Result snapshot() {
    Result known = snapshot;
    if (known == null) {
      org.tensorflow.Session.Runner runner = graph.runner();
      for (Variable variable : written.values()) {
        runner.fetch(graph.variables().handle(variable).value());
      }
      try {
        known = runner.run();
      } catch (RuntimeException | OutOfMemoryError e) {
        throw Failures.run("read", Map.of(), e);
      }
      snapshot = known;
    }
    return known;
  }

  private void dropSnapshot() {
    if (snapshot != null) {
      snapshot.close();
      snapshot = null;
    }
  }

  @Override
  public Executable compile(Program program) {
    checkOpen();
    program.variables().forEach(this::checkKnownType);
    collectGarbage();
    TensorFlowExecutable executable =
        new TensorFlowExecutable(this, program, graph.add(program), graph);
    executables.add(executable);
    return executable;
  }

  /** Runs a lowered program with checked inputs. */
  Map<String, HostArray> run(TensorFlowExecutable executable, Map<String, HostArray> inputs) {
    Program program = executable.program();
    checkWritten(executable.variablesRead(), program.name());
    LoweredProgram lowered = executable.lowered(graph);
    if (lowered.updates() != null) {
      dropSnapshot();
    }
    List<Tensor> feeds = new ArrayList<>();
    try {
      org.tensorflow.Session.Runner runner = graph.runner();
      for (Map.Entry<String, Output<?>> input : lowered.inputs().entrySet()) {
        Tensor tensor = HostTransfer.toTensor(executable.input(inputs, input.getKey()));
        feeds.add(tensor);
        runner.feed(input.getValue(), tensor);
      }
      lowered.outputs().values().forEach(runner::fetch);
      if (lowered.updates() != null) {
        runner.addTarget(lowered.updates());
      }
      if (runner.isEmpty()) {
        return Map.of();
      }
      try (Result result = runner.run()) {
        program.updates().stream()
            .map(Program.Update::variable)
            .forEach(variable -> written.putIfAbsent(variable.name(), variable));
        Map<String, HostArray> outputs = new LinkedHashMap<>();
        int index = 0;
        for (String name : lowered.outputs().keySet()) {
          outputs.put(name, HostTransfer.toHost(result.get(index++)));
        }
        return outputs;
      }
    } catch (EspalierException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.run(program.name(), lowered.scopes(), e);
    } finally {
      feeds.forEach(Tensor::close);
    }
  }

  /** Forgets a closed executable. */
  void release(TensorFlowExecutable executable, int operations) {
    if (executables.remove(executable)) {
      garbage += operations;
    }
  }

  /**
   * Starts a fresh graph if too much of the present one is of no more use. The variables' memory is
   * handed over; the programs that are still open are lowered again at their next run.
   */
  private void collectGarbage() {
    int live = executables.stream().mapToInt(TensorFlowExecutable::operations).sum();
    if (garbage <= TOLERATED_GARBAGE + live) {
      return;
    }
    SessionGraph old = graph;
    SessionGraph fresh = graphs.get();
    if (!written.isEmpty()) {
      Result values = snapshot();
      snapshot = null;
      graph = fresh;
      try (values) {
        Map<Variable, Tensor> feeds = new LinkedHashMap<>();
        int index = 0;
        for (Variable variable : written.values()) {
          feeds.put(variable, values.get(index++));
        }
        assign(feeds);
      }
    }
    graph = fresh;
    old.close();
    writeSets.clear();
    garbage = 0;
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
          "Use another name, or a session of its own.");
    }
  }

  private void checkWritten(List<Variable> variables, String program) {
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
          "Write the variables' first values before the first run.");
    }
  }

  private void checkOpen() {
    if (closed) {
      throw closedError("session");
    }
  }

  static EspalierException closedError(String what) {
    return new EspalierException(
        ErrorCode.CLOSED,
        "The " + what + " of the engine tensorflow is closed.",
        "Open a new one, or close it later.");
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      dropSnapshot();
      executables.clear();
      graph.close();
      engine.release(this);
    }
  }
}
