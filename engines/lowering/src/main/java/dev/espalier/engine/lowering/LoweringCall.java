package dev.espalier.engine.lowering;

import dev.espalier.graph.Node;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.util.List;

/**
 * The context for lowering one node. An engine adds where its operations go.
 *
 * @param <V> the engine's representation of a tensor
 */
public interface LoweringCall<V> {
  /** Returns the node. */
  Node node();

  /** Returns the lowered inputs of the node. */
  List<V> inputs();

  /** Returns a lowered input. */
  default V input(int index) {
    return inputs().get(index);
  }

  /** Returns the type of an input. */
  default TensorType inputType(int index) {
    return node().inputs().get(index).type();
  }

  /** Returns the shape of an input. */
  default Shape inputShape(int index) {
    return inputType(index).shape();
  }

  /** Returns the type of the first output. */
  default TensorType outputType() {
    return node().output().type();
  }
}
