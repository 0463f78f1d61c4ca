package dev.espalier.engine.tensorflow;

import dev.espalier.graph.Node;
import dev.espalier.graph.TensorType;
import java.util.List;
import org.tensorflow.Output;

/**
 * The context for lowering one node.
 *
 * @param inputs the lowered inputs of the node
 * @param onProcessor whether the session runs on the CPU
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
