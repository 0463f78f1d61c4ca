package dev.espalier.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations in an order in which they can be computed. Immutable; made by {@link Ops}.
 *
 * @param nodes each node stands after those whose outputs it takes
 */
public record Graph(List<Node> nodes) {
  /** Copies the list. */
  public Graph {
    nodes = List.copyOf(nodes);
  }

  /** Returns the node that gives a tensor, or null if it is of another graph. */
  public @Nullable Node producer(Tensor tensor) {
    return nodes.stream().filter(node -> node.outputs().contains(tensor)).findFirst().orElse(null);
  }
}
