package dev.espalier.graph;

import java.util.List;

/**
 * One operation of a graph with what it takes and gives.
 *
 * @param scope the name of the layer (or of the part of training) that asked for it; errors name it
 */
public record Node(Op op, List<Tensor> inputs, List<Tensor> outputs, String scope) {
  /** Copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Returns the only output. */
  public Tensor output() {
    return outputs.get(0);
  }
}
