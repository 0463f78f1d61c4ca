package dev.espalier.engine.tensorflow;

import dev.espalier.graph.Node;
import dev.espalier.graph.TensorType;
import java.util.List;
import org.tensorflow.Output;

/**
 * A primitive with what it was given.
 *
 * @param inputs what the node's inputs became
 * @param onProcessor whether the session computes on the processor
 */
record Call(Node node, List<Output<?>> inputs, GraphWriter tf, boolean onProcessor) {
  Output<?> input(int index) {
    return inputs.get(index);
  }

  TensorType inputType(int index) {
    return node.inputs().get(index).type();
  }

  TensorType outputType() {
    return node.output().type();
  }
}
