package dev.espalier.engine.lowering;

import dev.espalier.engine.Executable;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.library.ProcessExit;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.graph.internal.Rows;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A program of a session that checks its inputs before each run and never runs concurrently with
 * other programs of the session.
 */
final class CheckedExecutable implements Executable {
  /**
   * Libraries create static objects when an operation runs for the first time, such as the cache of
   * oneDNN's generated code, and TorchScript optimizes a program in its second run.
   */
  private static final int RUNS_THAT_CREATE_STATIC_OBJECTS = 3;

  private final NativeSession session;
  private final Program program;
  private final NativeProgram prepared;
  private final Map<String, TensorType> inputTypes;
  private final List<String> batchedInputs;
  private final List<Variable> variablesRead;
  private int firstRuns;
  private boolean closed;

  CheckedExecutable(NativeSession session, Program program, NativeProgram prepared) {
    this.session = session;
    this.program = program;
    this.prepared = prepared;
    this.inputTypes = new TreeMap<>(program.inputs());
    this.batchedInputs = Rows.inputsOf(program);
    this.variablesRead =
        program.graph().nodes().stream()
            .map(Node::op)
            .filter(Op.ReadVariable.class::isInstance)
            .map(op -> ((Op.ReadVariable) op).variable())
            .distinct()
            .toList();
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    return checked(inputs, prepared::run);
  }

  @Override
  public ProfiledRun profile(Map<String, HostArray> inputs) {
    session.requireProfiling();
    return checked(inputs, prepared::profile);
  }

  private <T> T checked(
      Map<String, HostArray> inputs, Function<Map<String, HostArray>, T> preparedRun) {
    synchronized (session.lock) {
      session.checkOpen();
      if (closed) {
        throw session.closedError("program \"" + program.name() + "\"");
      }
      inputTypes.forEach((name, type) -> checkInput(name, type, inputs));
      for (String name : inputs.keySet()) {
        if (!inputTypes.containsKey(name)) {
          throw NearestNames.unknown(
              ErrorCode.SHAPE_MISMATCH,
              "input of the program \"" + program.name() + "\"",
              name,
              inputTypes.keySet());
        }
      }
      checkBatch(inputs);
      session.checkWritten(variablesRead, program.name());
      T result = preparedRun.apply(inputs);
      session.updated(program);
      skipDestructors();
      return result;
    }
  }

  /** Runtime.halt calls no shutdown hook, so the end of the process is prepared while it works. */
  private void skipDestructors() {
    if (firstRuns < RUNS_THAT_CREATE_STATIC_OBJECTS) {
      firstRuns++;
      ProcessExit.skipDestructors();
    }
  }

  private void checkInput(String name, TensorType expected, Map<String, HostArray> inputs) {
    HostArray given = inputs.get(name);
    if (given == null) {
      throw mismatch(name, expected + "; nothing was given");
    }
    if (given.dataType() != expected.dataType() || !fits(given.shape(), expected.shape())) {
      throw mismatch(name, expected + ", not " + given.type());
    }
  }

  /**
   * All unknown sizes are the batch size and must agree; otherwise a gradient would get the shape
   * of another input.
   */
  private void checkBatch(Map<String, HostArray> inputs) {
    String first = null;
    for (String name : batchedInputs) {
      if (first == null) {
        first = name;
      } else if (batch(inputs, name) != batch(inputs, first)) {
        throw mismatch(
            name,
            "a batch of "
                + batch(inputs, name)
                + ", but \""
                + first
                + "\" is one of "
                + batch(inputs, first));
      }
    }
  }

  private static int batch(Map<String, HostArray> inputs, String name) {
    return Objects.requireNonNull(inputs.get(name)).shape().size(0);
  }

  private EspalierException mismatch(String input, String problem) {
    return new EspalierException(
        ErrorCode.SHAPE_MISMATCH,
        "The input \"" + input + "\" of the program \"" + program.name() + "\" is " + problem + ".",
        "Feed an array of that type for each of: " + String.join(", ", inputTypes.keySet()) + ".");
  }

  private static boolean fits(Shape given, Shape expected) {
    if (given.rank() != expected.rank()) {
      return false;
    }
    for (int i = 0; i < given.rank(); i++) {
      if (expected.size(i) != Shape.UNKNOWN && expected.size(i) != given.size(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    synchronized (session.lock) {
      if (!closed) {
        closed = true;
        session.release(this);
        prepared.close();
      }
    }
  }
}
