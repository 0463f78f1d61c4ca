package dev.espalier.engine.tensorflow;

import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.engine.lowering.NativeSession;
import dev.espalier.engine.lowering.WriteCounts;
import dev.espalier.engine.slices.ProgramPart;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.engine.slices.SliceThreads;
import dev.espalier.engine.slices.SlicedExecution;
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
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.proto.RunOptions;

/**
 * Keeps variables as resources of one TensorFlow session and runs programs on them. Not
 * thread-safe.
 */
final class TensorFlowSession extends NativeSession {
  /**
   * How a session computes slices of a batch.
   *
   * @param threads on which slices are computed
   * @param limits say which batches are computed in slices
   * @param graphs creates empty graphs, of which a thread that runs one computes all operators
   */
  record Slicing(int threads, SliceLimits limits, Supplier<SessionGraph> graphs) {}

  /** Unused operations that are tolerated in addition to as many as are in use. */
  private static final int TOLERATED_GARBAGE = 1_000;

  private final Supplier<SessionGraph> graphs;
  private final @Nullable Slices slices;
  private final WriteCounts writes = new WriteCounts();
  private final Set<TensorFlowProgram> programs = new LinkedHashSet<>();
  private final Set<Set<String>> writeSets = new HashSet<>();
  private SessionGraph graph;
  private @Nullable Result snapshot;
  private int garbage;

  /**
   * Opens a session.
   *
   * @param graphs creates empty graphs on the session's device
   * @param slicing how to compute slices of a batch; null for whole batches
   */
  TensorFlowSession(
      TensorFlowEngine engine, Supplier<SessionGraph> graphs, @Nullable Slicing slicing) {
    super(engine);
    this.graphs = graphs;
    this.slices = slicing == null ? null : new Slices(slicing);
    this.graph = graphs.get();
  }

  @Override
  protected void store(Map<Variable, HostArray> values) {
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
      writes.add(values.keySet());
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  /** Returns how often variables were written. */
  WriteCounts writes() {
    return writes;
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
    // TensorFlow caches an execution plan for every combination of feeds until the session is
    // closed.
    if (writeSets.add(names)) {
      garbage += names.size();
    }
    try {
      runner.run().close();
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.run("write", Map.of(), e);
    }
  }

  @Override
  protected HostArray fetch(Variable variable) {
    int index = List.copyOf(written()).indexOf(variable);
    return HostTransfer.toHost(snapshot().get(index));
  }

  /**
   * Returns the values of all variables, in the order of {@link #written()}. A single run fetches
   * all, because TensorFlow prepares and caches an execution plan for every set of fetches. On the
   * CPU the tensors share the variables' memory until those change.
   */
  private Result snapshot() {
    Result known = snapshot;
    if (known == null) {
      org.tensorflow.Session.Runner runner = graph.runner();
      for (Variable variable : written()) {
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
  protected NativeProgram prepare(Program program) {
    collectGarbage();
    return slices == null ? add(program) : slices.execution(program);
  }

  /** Prepares programs that compute slices of batches. */
  private final class Slices implements SlicedExecution.Preparation {
    private final Slicing slicing;
    private final SliceThreads threads;

    Slices(Slicing slicing) {
      this.slicing = slicing;
      this.threads = new SliceThreads(TensorFlowEngineProvider.NAME, slicing.threads());
    }

    SlicedExecution execution(Program program) {
      return new SlicedExecution(program, threads, slicing.limits(), this);
    }

    @Override
    public NativeProgram whole(Program part) {
      return add(part);
    }

    @Override
    public ProgramPart slice(Program part) {
      return ProgramPart.of(
          part,
          threads.count() > 1
              ? new SlicePart(TensorFlowSession.this, part, slicing.graphs())
              : add(part));
    }
  }

  /** Adds a program to the graph. */
  TensorFlowProgram add(Program program) {
    TensorFlowProgram prepared = new TensorFlowProgram(this, program, graph.add(program), graph);
    programs.add(prepared);
    return prepared;
  }

  /** Runs a program without inputs, and returns its outputs in order; the caller closes them. */
  Result tensors(TensorFlowProgram prepared) {
    LoweredProgram lowered = prepared.lowered(graph);
    org.tensorflow.Session.Runner runner = graph.runner();
    lowered.outputs().values().forEach(runner::fetch);
    try {
      return runner.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.run(prepared.program().name(), lowered.scopes(), e);
    }
  }

  /** Runs a lowered program with checked inputs. */
  Map<String, HostArray> run(TensorFlowProgram prepared, Map<String, HostArray> inputs) {
    return run(prepared, inputs, org.tensorflow.Session.Runner::run);
  }

  /** Runs a lowered program with checked inputs, and measures its operations. */
  ProfiledRun profile(TensorFlowProgram prepared, Map<String, HostArray> inputs) {
    RunOptions options =
        RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.SOFTWARE_TRACE).build();
    List<OperatorRun> operators = new ArrayList<>();
    long[] read = new long[1];
    long start = System.nanoTime();
    Map<String, HostArray> outputs =
        run(
            prepared,
            inputs,
            runner -> {
              Result result = runner.setOptions(options).runAndFetchMetadata();
              long afterwards = System.nanoTime();
              result
                  .getMetadata()
                  .ifPresent(
                      metadata ->
                          operators.addAll(
                              RunTrace.operators(
                                  metadata.getStepStats(), prepared.lowered(graph).origins())));
              read[0] = System.nanoTime() - afterwards;
              return result;
            });
    return ProfiledRun.of(outputs, System.nanoTime() - start - read[0], operators);
  }

  private Map<String, HostArray> run(
      TensorFlowProgram prepared,
      Map<String, HostArray> inputs,
      Function<org.tensorflow.Session.Runner, Result> execution) {
    LoweredProgram lowered = prepared.lowered(graph);
    if (lowered.updates() != null) {
      dropSnapshot();
      writes.add(prepared.program().updates().stream().map(Program.Update::variable).toList());
    }
    return GraphRun.of(graph, lowered, prepared.program(), inputs, execution);
  }

  /** Releases a closed program. */
  void release(TensorFlowProgram prepared) {
    programs.remove(prepared);
    garbage += prepared.operations();
  }

  /**
   * Replaces the graph if too much of it is unused. The memory of the variables is handed over;
   * open programs are lowered again at their next run.
   */
  private void collectGarbage() {
    int live = programs.stream().mapToInt(TensorFlowProgram::operations).sum();
    if (garbage <= TOLERATED_GARBAGE + live) {
      return;
    }
    SessionGraph old = graph;
    SessionGraph fresh = graphs.get();
    if (!written().isEmpty()) {
      Result values = snapshot();
      snapshot = null;
      graph = fresh;
      try (values) {
        Map<Variable, Tensor> feeds = new LinkedHashMap<>();
        int index = 0;
        for (Variable variable : written()) {
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

  @Override
  protected void free() {
    dropSnapshot();
    graph.close();
    if (slices != null) {
      slices.threads.close();
    }
  }
}
