package dev.espalier.engine.lowering;

import dev.espalier.error.EspalierException;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lowers the graph of one program, node by node. Use an instance once, from one thread.
 *
 * @param <C> the engine's call context
 * @param <V> the engine's representation of a tensor
 */
public final class ProgramLowering<C, V> {
  private final String engine;
  private final Program program;
  private final LoweringTable<C, V> table;
  private final LoweringTarget<C, V> target;
  private final Map<Tensor, V> values = new HashMap<>();
  private final Map<Node, Lowered<V>> lowered = new HashMap<>();
  private final Map<String, V> inputs = new LinkedHashMap<>();

  /**
   * Prepares the lowering.
   *
   * @param engine the name of the engine, for errors
   */
  public ProgramLowering(
      String engine, Program program, LoweringTable<C, V> table, LoweringTarget<C, V> target) {
    this.engine = engine;
    this.program = program;
    this.table = table;
    this.target = target;
  }

  /**
   * Adds the operations of all nodes.
   *
   * @throws EspalierException {@code ENGINE_FAILED} naming the layer of a node that the engine
   *     rejects; {@code UNSUPPORTED_CAPABILITY} for gradients of gradients
   */
  public void lower() {
    for (Node node : program.graph().nodes()) {
      target.enter(node, LoweringTarget.Purpose.VALUE);
      try {
        List<V> outputs = outputs(node);
        for (int i = 0; i < outputs.size(); i++) {
          values.put(node.outputs().get(i), outputs.get(i));
        }
      } catch (EspalierException e) {
        throw e;
      } catch (RuntimeException e) {
        throw target.refused(node, e);
      }
    }
  }

  /** Returns the lowered value of a tensor. */
  public V value(Tensor tensor) {
    V value = values.get(tensor);
    if (value == null) {
      throw new IllegalStateException("The graph uses " + tensor + " before it is computed.");
    }
    return value;
  }

  /**
   * Returns the lowered inputs by name, in the order of the graph. Nodes that read an input of the
   * same name share one value.
   */
  public Map<String, V> inputs() {
    return inputs;
  }

  private List<V> outputs(Node node) {
    Op op = node.op();
    if (op instanceof Op.Input input) {
      return List.of(inputs.computeIfAbsent(input.name(), name -> target.input(input)));
    }
    if (op instanceof Op.ReadVariable read) {
      return List.of(target.read(read.variable()));
    }
    if (op instanceof Op.Gradients) {
      return new ReverseMode<>(engine, program, this, target).gradients(node);
    }
    List<V> arguments = node.inputs().stream().map(this::value).toList();
    Lowered<V> result = table.lower(op, target.call(node, arguments));
    lowered.put(node, result);
    return result.outputs();
  }

  /** Returns the result of lowering an earlier node, null for an input or a variable. */
  @org.jspecify.annotations.Nullable
  Lowered<V> lowered(Node node) {
    return lowered.get(node);
  }
}
