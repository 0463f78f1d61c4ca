package dev.espalier.graph;

import java.util.List;

/**
 * One operation of a graph with its inputs and outputs.
 *
 * @param op the primitive operation
 * @param inputs tensors that it takes
 * @param outputs tensors that it gives
 * @param scope name of the layer, or of the stage of the training step, that added it, for errors
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
