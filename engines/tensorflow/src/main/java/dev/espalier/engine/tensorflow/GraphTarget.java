package dev.espalier.engine.tensorflow;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.lowering.LoweringTarget;
import dev.espalier.engine.lowering.ProgramLowering;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/** Adds one program to a TensorFlow graph. Use an instance once. */
final class GraphTarget implements LoweringTarget<Call, Output<?>> {
  /** The values that a program starts from. */
  interface Leaves {
    /** Returns the type that an input is fed in. */
    default DataType inputType(Op.Input input) {
      return input.type().dataType();
    }

    /** Adds an operation that reads a variable. */
    Output<?> read(GraphWriter tf, Variable variable);

    /** Adds an operation that assigns a value to a variable after other operations have run. */
    GraphOperation assign(
        GraphWriter tf, Variable variable, Output<?> newValue, List<Operation> after);
  }

  private final Program program;
  private final Leaves leaves;
  private final GraphWriter tf;
  private final String root;
  private final boolean onProcessor;
  private final List<Operation> reads = new ArrayList<>();
  private final Map<String, OperatorOrigin> origins = new HashMap<>();

  /**
   * Prepares the lowering.
   *
   * @param root name scope of all operations, unique in the graph
   */
  GraphTarget(Program program, Leaves leaves, GraphWriter tf, String root, boolean onProcessor) {
    this.program = program;
    this.leaves = leaves;
    this.tf = tf;
    this.root = root;
    this.onProcessor = onProcessor;
  }

  LoweredProgram add() {
    ProgramLowering<Call, Output<?>> lowering =
        new ProgramLowering<>(TensorFlowEngineProvider.NAME, program, Lowerings.all(), this);
    lowering.lower();
    tf.setPrefix(root + "/outputs");
    Map<String, Output<?>> outputs = new LinkedHashMap<>();
    for (Program.Output output : program.outputs()) {
      // Identity gives the tensor another name, because TensorFlow does not fetch a tensor that is
      // fed.
      outputs.put(output.name(), tf.apply("Identity", lowering.value(output.tensor())));
    }
    Operation updates = program.updates().isEmpty() ? null : updates(lowering);
    return new LoweredProgram(lowering.inputs(), outputs, updates, origins, tf.count());
  }

  @Override
  public void enter(Node node, Purpose purpose) {
    String prefix =
        root
            + "/"
            + sanitized(node.scope())
            + "/"
            + sanitized(node.op().primitive())
            + (purpose == Purpose.GRADIENT ? "/gradient" : "");
    origins.put(prefix, purpose.originIn(node));
    tf.setPrefix(prefix);
  }

  @Override
  public Output<?> input(Op.Input input) {
    return tf.op("Placeholder")
        .attr("dtype", HostTransfer.dataType(leaves.inputType(input)))
        .attr("shape", input.type().shape())
        .output();
  }

  @Override
  public Output<?> read(Variable variable) {
    Output<?> value = leaves.read(tf, variable);
    reads.add(value.op());
    return value;
  }

  @Override
  public Call call(Node node, List<Output<?>> inputs) {
    return new Call(node, inputs, tf, onProcessor);
  }

  @Override
  public Output<?> one() {
    return tf.number(1);
  }

  @Override
  public Output<?> sum(List<Output<?>> terms) {
    return terms.size() == 2
        ? tf.apply("AddV2", terms.get(0), terms.get(1))
        : tf.op("AddN").inputList(terms).output();
  }

  @Override
  public Output<?> zerosLike(Output<?> value) {
    return tf.apply("ZerosLike", value);
  }

  @Override
  public RuntimeException refused(Node node, RuntimeException cause) {
    return Failures.FAILURES.refused(program.name(), node, cause);
  }

  /**
   * Returns an operation that depends on all assignments. Assignments run only after all variables
   * are read and all new values are computed, so a step that fails half way changes nothing.
   */
  private Operation updates(ProgramLowering<Call, Output<?>> lowering) {
    tf.setPrefix(root + "/updates");
    List<Operation> before = new ArrayList<>(reads);
    for (Program.Update update : program.updates()) {
      before.add(lowering.value(update.value()).op());
    }
    Operation barrier = tf.op("NoOp").after(before).operation();
    List<GraphOperation> assignments = new ArrayList<>();
    for (Program.Update update : program.updates()) {
      assignments.add(
          leaves.assign(tf, update.variable(), lowering.value(update.value()), List.of(barrier)));
    }
    return tf.op("NoOp").after(assignments).operation();
  }

  /** Returns a name that is valid as part of an operation name in TensorFlow. */
  static String sanitized(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9_.\\-/]", "_").replaceAll("/+(/|$)", "$1");
    boolean starts = !safe.isEmpty() && Character.isLetterOrDigit(safe.charAt(0));
    return starts ? safe : "x" + safe;
  }
}
