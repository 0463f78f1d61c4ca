package dev.espalier.core.internal.program;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Determines on which variables a tensor depends differentiably. */
final class Dependence {
  private Dependence() {}

  /** Returns the variables on which {@code result} depends differentiably. */
  static Set<Variable> variables(Graph graph, Tensor result) {
    Set<Tensor> reached = new HashSet<>(Set.of(result));
    Set<Variable> variables = new HashSet<>();
    List<Node> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().noneMatch(reached::contains)) {
        continue;
      }
      if (node.op() instanceof Op.ReadVariable read) {
        variables.add(read.variable());
      } else if (!(node.op() instanceof Op.StopGradient)) {
        // Gradients pass only from float to float: not through comparisons, indices or casts.
        node.inputs().stream()
            .filter(input -> input.dataType() == DataType.FLOAT32)
            .filter(
                input -> node.outputs().stream().anyMatch(o -> o.dataType() == DataType.FLOAT32))
            .forEach(reached::add);
      }
    }
    return variables;
  }
}
