package dev.espalier.core.internal.passes;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds a new program from an old one, node by node. A pass replaces each node by a copy, by
 * existing tensors, or by nothing. Not thread-safe.
 */
final class GraphRewriter {
  private final Program program;
  private final Ops ops = new Ops();
  private final Map<Tensor, Tensor> replacements = new HashMap<>();

  GraphRewriter(Program program) {
    this.program = program;
  }

  /** How a pass treats nodes. */
  interface Rewrite {
    /**
     * Handles a node: calls {@link GraphRewriter#copy} or {@link GraphRewriter#replace}, or neither
     * if no remaining node uses it.
     */
    void visit(Node node);
  }

  Ops ops() {
    return ops;
  }

  /** Returns the new tensor that replaces a tensor of the old program. */
  Tensor replacement(Tensor old) {
    Tensor tensor = replacements.get(old);
    if (tensor == null) {
      throw new IllegalStateException("a pass dropped " + old + ", which is still used");
    }
    return tensor;
  }

  void replace(Tensor old, Tensor tensor) {
    if (!old.type().equals(tensor.type())) {
      throw new IllegalStateException("a pass replaced " + old + " by " + tensor);
    }
    replacements.put(old, tensor);
  }

  void copy(Node node) {
    List<Tensor> inputs = node.inputs().stream().map(this::replacement).toList();
    List<Tensor> outputs = ops.within(node.scope(), () -> add(ops, node.op(), inputs));
    for (int i = 0; i < outputs.size(); i++) {
      replacements.put(node.outputs().get(i), outputs.get(i));
    }
  }

  /**
   * Adds an operation. A pass that reads the same variable or input again gets the same tensor,
   * unlike with {@link Ops#apply}.
   */
  static List<Tensor> add(Ops ops, Op op, List<Tensor> inputs) {
    if (op instanceof Op.ReadVariable read) {
      return List.of(ops.read(read.variable()));
    }
    if (op instanceof Op.Input input) {
      return List.of(ops.input(input.name(), input.type()));
    }
    return ops.apply(op, inputs);
  }

  /** Runs a pass over all nodes and returns the new program. */
  Program rewrite(Rewrite rewrite) {
    program.graph().nodes().forEach(rewrite::visit);
    return new Program(
        program.name(),
        ops.toGraph(),
        program.outputs().stream()
            .map(output -> new Program.Output(output.name(), replacement(output.tensor())))
            .toList(),
        program.updates().stream()
            .map(update -> new Program.Update(update.variable(), replacement(update.value())))
            .toList());
  }
}
