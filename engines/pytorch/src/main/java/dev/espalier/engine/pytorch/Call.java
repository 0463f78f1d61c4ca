package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.LoweringCall;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The context for lowering one node.
 *
 * @param inputs the lowered inputs of the node
 * @param uses the number of uses of each tensor in the program
 * @param makers the node that computes each tensor
 * @param onProcessor whether the session runs on the CPU
 */
record Call(
    Node node,
    List<Value> inputs,
    ScriptWriter torch,
    Map<Tensor, Long> uses,
    Map<Tensor, Node> makers,
    boolean onProcessor)
    implements LoweringCall<Value> {
  /** Returns whether this node is the only user of an input. */
  boolean isOnlyUse(int input) {
    return uses.getOrDefault(node.inputs().get(input), 0L) == 1;
  }

  /** Returns the node that computes an input, null for one that nothing computes. */
  @Nullable Node maker(int input) {
    return makers.get(node.inputs().get(input));
  }

  /** Returns whether an input is the product of a scalar and a tensor. */
  boolean isProductWithNumber(int input) {
    Node product = maker(input);
    return product != null
        && product.op().equals(new Op.Binary(Op.BinaryFunction.MULTIPLY))
        && product.inputs().stream().anyMatch(factor -> factor.shape().rank() == 0);
  }

  /**
   * Returns whether an input is the product of images and a factor for each sample and channel, as
   * in squeeze-and-excitation, and nothing but this node uses it.
   */
  boolean isScaledImages(int input) {
    return isOnlyUse(input) && isExcitation(maker(input));
  }

  /**
   * Returns whether a node multiplies swish of something that is used twice: for the factors and
   * for their product, as in squeeze-and-excitation. The gradient of swish needs its argument
   * anyway, so that swish can be computed again for the backward pass instead of being kept. That
   * takes a hundredth of the time of a training step of EfficientNet, for a tenth of its memory.
   */
  boolean isSwishOfExcitation(@Nullable Node product) {
    if (product == null || !isExcitation(product)) {
      return false;
    }
    Tensor images = product.inputs().get(0);
    Node maker = makers.get(images);
    return maker != null
        && maker.op().equals(new Op.Unary(Op.UnaryFunction.SWISH))
        && uses.getOrDefault(images, 0L) == 2;
  }

  private static boolean isExcitation(@Nullable Node product) {
    if (product == null || !product.op().equals(new Op.Binary(Op.BinaryFunction.MULTIPLY))) {
      return false;
    }
    Shape images = product.inputs().get(0).shape();
    Shape factor = product.inputs().get(1).shape();
    return images.rank() == 4 && factor.equals(images.with(1, 1).with(2, 1));
  }

  /**
   * Returns the sizes of an input: integers where they are known, otherwise values of the script.
   */
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
