package dev.espalier.engine.pytorch;

import dev.espalier.engine.pytorch.ScriptWriter.Value;
import dev.espalier.graph.Node;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A primitive with what it was given.
 *
 * @param inputs what the node's inputs became
 */
record Call(Node node, List<Value> inputs, ScriptWriter torch) {
  Value input(int index) {
    return inputs.get(index);
  }

  TensorType inputType(int index) {
    return node.inputs().get(index).type();
  }

  Shape inputShape(int index) {
    return inputType(index).shape();
  }

  TensorType outputType() {
    return node.output().type();
  }

  /** Returns the sizes of an input: numbers where they are known, else values of the script. */
  List<Object> sizes(int index) {
    Shape shape = inputShape(index);
    List<Object> sizes = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int size = shape.size(axis);
      sizes.add(size == Shape.UNKNOWN ? torch.apply("size", input(index), axis) : (Object) size);
    }
    return sizes;
  }
}
