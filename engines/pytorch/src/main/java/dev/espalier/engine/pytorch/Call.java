package dev.espalier.engine.pytorch;

import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A primitive with what it was given.
 *
 * @param inputs what the node's inputs became
 * @param uses how often each tensor of the program is asked for
 * @param makers which node computes each tensor
 */
record Call(
    Node node,
    List<Value> inputs,
    ScriptWriter torch,
    Map<Tensor, Long> uses,
    Map<Tensor, Node> makers) {
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

  /** Returns whether nobody else asks for an input. */
  boolean isOnlyUse(int input) {
    return uses.getOrDefault(node.inputs().get(input), 0L) == 1;
  }

  /** Returns whether an input is the product of a number and an array. */
  boolean isProductWithNumber(int input) {
    Node product = makers.get(node.inputs().get(input));
    return product != null
        && product.op().equals(new Op.Binary(Op.BinaryFunction.MULTIPLY))
        && product.inputs().stream().anyMatch(factor -> factor.shape().rank() == 0);
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
