package dev.espalier.engine.tensorflow;

import dev.espalier.engine.tensorflow.Lowering.Call;
import dev.espalier.engine.tensorflow.Lowering.Lowered;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/** Adds one program to a TensorFlow graph. Used once. */
final class ProgramLowering {
  private final Program program;
  private final VariableStore variables;
  private final GraphWriter tf;
  private final String root;
  private final boolean onProcessor;
  private final Map<Tensor, Output<?>> values = new HashMap<>();
  private final Map<Node, Lowered> lowered = new HashMap<>();
  private final Map<String, Output<?>> inputs = new TreeMap<>();
  private final List<Operation> reads = new ArrayList<>();
  private final Map<String, String> scopes = new HashMap<>();

  /**
   * Prepares the lowering.
   *
   * @param root the first part of all names of operations, unique in the graph
   */
  ProgramLowering(
      Program program, VariableStore variables, GraphWriter tf, String root, boolean onProcessor) {
    this.program = program;
    this.variables = variables;
    this.tf = tf;
    this.root = root;
    this.onProcessor = onProcessor;
  }

  /**
   * What a program became.
   *
   * @param inputs the placeholders to feed, by input name
   * @param outputs what to fetch, by output name
   * @param updates what to run so that variables change, null if none does
   * @param scopes the layer for each prefix of a TensorFlow name
   */
  record LoweredProgram(
      Map<String, Output<?>> inputs,
      Map<String, Output<?>> outputs,
      @Nullable Operation updates,
      Map<String, String> scopes,
      int operations) {}

  LoweredProgram lower() {
    for (Node node : program.graph().nodes()) {
      lower(node);
    }
    tf.setPrefix(root + "/outputs");
    Map<String, Output<?>> outputs = new LinkedHashMap<>();
    for (Program.Output output : program.outputs()) {
      // A copy in name only: TensorFlow refuses to fetch what is fed.
      outputs.put(output.name(), tf.apply("Identity", value(output.tensor())));
    }
    Operation updates = program.updates().isEmpty() ? null : updates();
    return new LoweredProgram(inputs, outputs, updates, scopes, tf.count());
  }

  private void lower(Node node) {
    String prefix = root + "/" + sanitized(node.scope()) + "/" + sanitized(node.op().primitive());
    scopes.put(prefix, node.scope());
    tf.setPrefix(prefix);
    try {
      List<Output<?>> outputs = outputs(node);
      for (int i = 0; i < outputs.size(); i++) {
        values.put(node.outputs().get(i), outputs.get(i));
      }
    } catch (dev.espalier.error.EspalierException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Failures.compile(program.name(), node, e);
    }
  }

  private List<Output<?>> outputs(Node node) {
    Op op = node.op();
    if (op instanceof Op.Input input) {
      return List.of(
          inputs.computeIfAbsent(
              input.name(),
              name ->
                  tf.op("Placeholder")
                      .attr("dtype", HostTransfer.dataType(input.type().dataType()))
                      .attr("shape", input.type().shape())
                      .output()));
    }
    if (op instanceof Op.ReadVariable read) {
      Output<?> value = variables.handle(read.variable()).read(tf);
      reads.add(value.op());
      return List.of(value);
    }
    List<Output<?>> arguments = node.inputs().stream().<Output<?>>map(this::value).toList();
    if (op instanceof Op.Gradients) {
      return new GradientLowering(program, tf, lowered, values, this::prefixOfGradients)
          .lower(node);
    }
    Lowered result = Lowerings.all().lower(op, new Call(node, arguments, tf, onProcessor));
    lowered.put(node, result);
    return result.outputs();
  }

  private void prefixOfGradients(Node node) {
    String prefix =
        root + "/" + sanitized(node.scope()) + "/" + sanitized(node.op().primitive()) + "/gradient";
    scopes.put(prefix, node.scope());
    tf.setPrefix(prefix);
  }

  private Output<?> value(Tensor tensor) {
    Output<?> value = values.get(tensor);
    if (value == null) {
      throw new IllegalStateException("The graph uses " + tensor + " before it is computed.");
    }
    return value;
  }

  /**
   * Returns an operation that depends on all assignments. None happens before all variables are
   * read and all new values are there: a step that fails half way changes nothing.
   */
  private Operation updates() {
    tf.setPrefix(root + "/updates");
    List<Operation> before = new ArrayList<>(reads);
    for (Program.Update update : program.updates()) {
      before.add(value(update.value()).op());
    }
    Operation barrier = tf.op("NoOp").after(before).operation();
    List<GraphOperation> assignments = new ArrayList<>();
    for (Program.Update update : program.updates()) {
      assignments.add(
          variables.handle(update.variable()).assign(tf, value(update.value()), List.of(barrier)));
    }
    return tf.op("NoOp").after(assignments).operation();
  }

  /** Returns a name that TensorFlow accepts as a part of the name of an operation. */
  static String sanitized(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9_.\\-/]", "_").replaceAll("/+(/|$)", "$1");
    boolean starts = !safe.isEmpty() && Character.isLetterOrDigit(safe.charAt(0));
    return starts ? safe : "x" + safe;
  }
}
