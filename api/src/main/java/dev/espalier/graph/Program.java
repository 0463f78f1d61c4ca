package dev.espalier.graph;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One step for an engine to run, as data: a graph, which of its values come back to the host, and
 * which variables get new values at the end. A training step is a program whose graph holds the
 * forward pass, the loss, an {@link Op.Gradients} node and the optimizer's arithmetic.
 *
 * <p>The values that the host feeds are the {@link Op.Input} nodes of the graph, by name. All
 * variables are read before any is updated; the updates take effect together when the step ends.
 *
 * @param name for messages, such as {@code train}
 * @param outputs what the host gets back
 * @param updates new values of variables, at most one for each
 */
public record Program(String name, Graph graph, List<Output> outputs, List<Update> updates) {
  /** Copies the lists. */
  public Program {
    outputs = List.copyOf(outputs);
    updates = List.copyOf(updates);
  }

  /** A value that comes back to the host under a name. */
  public record Output(String name, Tensor tensor) {}

  /** A new value for a variable, of the variable's shape and data type. */
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
