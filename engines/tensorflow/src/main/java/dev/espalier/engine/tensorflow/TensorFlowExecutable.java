package dev.espalier.engine.tensorflow;

import dev.espalier.engine.Executable;
import dev.espalier.engine.tensorflow.ProgramLowering.LoweredProgram;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A program of a session, lowered to the session's present graph. One thread at a time. */
final class TensorFlowExecutable implements Executable {
  private final TensorFlowSession session;
  private final Program program;
  private final Map<String, TensorType> inputTypes;
  private final List<Variable> variablesRead;
  private LoweredProgram lowered;
  private SessionGraph graph;
  private boolean closed;

  TensorFlowExecutable(
      TensorFlowSession session, Program program, LoweredProgram lowered, SessionGraph graph) {
    this.session = session;
    this.program = program;
    this.inputTypes = new TreeMap<>(program.inputs());
    this.variablesRead =
        program.graph().nodes().stream()
            .map(Node::op)
            .filter(Op.ReadVariable.class::isInstance)
            .map(op -> ((Op.ReadVariable) op).variable())
            .distinct()
            .toList();
    this.lowered = lowered;
    this.graph = graph;
  }

  Program program() {
    return program;
  }

  List<Variable> variablesRead() {
    return variablesRead;
  }

  int operations() {
    return lowered.operations();
  }

  /** Returns the program as it is in {@code current}, adding it if the graph was replaced. */
  LoweredProgram lowered(SessionGraph current) {
    if (graph != current) {
      lowered = current.add(program);
      graph = current;
    }
    return lowered;
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    if (session.isClosed()) {
      throw TensorFlowSession.closedError("session");
    }
    if (closed) {
      throw TensorFlowSession.closedError("program \"" + program.name() + "\"");
    }
    inputTypes.keySet().forEach(name -> input(inputs, name));
    for (String name : inputs.keySet()) {
      if (!inputTypes.containsKey(name)) {
        throw NearestNames.unknown(
            ErrorCode.SHAPE_MISMATCH,
            "input of the program \"" + program.name() + "\"",
            name,
            inputTypes.keySet());
      }
    }
    return session.run(this, inputs);
  }

  /** Returns the array for an input, which must have the input's type. */
  HostArray input(Map<String, HostArray> inputs, String name) {
    TensorType expected = inputTypes.get(name);
    HostArray given = inputs.get(name);
    if (given == null || expected == null) {
      throw mismatch(name, expected + "; nothing was given");
    }
    if (given.dataType() != expected.dataType() || !fits(given.shape(), expected.shape())) {
      throw mismatch(name, expected + ", not " + given.type());
    }
    return given;
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
    if (!closed) {
      closed = true;
      session.release(this, lowered.operations());
    }
  }
}
