package dev.espalier.graph;

import java.util.List;

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
}
