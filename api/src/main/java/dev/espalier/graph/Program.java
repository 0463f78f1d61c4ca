package dev.espalier.graph;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One step for an engine to run, as data: a graph, the values to return to the host, and the
 * variables that get new values at the end. A training step is a program whose graph contains the
 * forward pass, the loss, an {@link Op.Gradients} node and the optimizer's arithmetic. Immutable.
 *
 * <p>The values that the host feeds are the {@link Op.Input} nodes of the graph, by name. All
 * variables are read before any is updated; the updates take effect together when the step ends.
 *
 * @param name name for messages, such as {@code train}
 * @param graph the operations
 * @param outputs values to return to the host
 * @param updates new values of variables, at most one per variable
 */
public record Program(String name, Graph graph, List<Output> outputs, List<Update> updates) {
  /** Copies the lists. */
  public Program {
    outputs = List.copyOf(outputs);
    updates = List.copyOf(updates);
  }

  /**
   * A value that is returned to the host.
   *
   * @param name name of the value, unique in the program
   * @param tensor the value
   */
  public record Output(String name, Tensor tensor) {}

  /**
   * A new value of a variable.
   *
   * @param variable the variable
   * @param value the new value, of the variable's shape and data type
   */
  public record Update(Variable variable, Tensor value) {}

  /** Returns the values to be fed, by name. */
  public Map<String, TensorType> inputs() {
    return graph.nodes().stream()
        .map(Node::op)
        .filter(Op.Input.class::isInstance)
        .map(Op.Input.class::cast)
        .collect(Collectors.toUnmodifiableMap(Op.Input::name, Op.Input::type));
  }

  /** Returns every variable that the program reads or updates, in the order of first use. */
  public List<Variable> variables() {
    return java.util.stream.Stream.concat(
            graph.nodes().stream()
                .map(Node::op)
                .filter(Op.ReadVariable.class::isInstance)
                .map(op -> ((Op.ReadVariable) op).variable()),
            updates.stream().map(Update::variable))
        .distinct()
        .toList();
  }
}
