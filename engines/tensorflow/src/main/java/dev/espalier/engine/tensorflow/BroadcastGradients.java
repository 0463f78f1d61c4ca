package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.Broadcasting;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Shape;
import java.util.List;
import org.tensorflow.Output;

/** Undoes broadcasting: the gradient of a repeated element is the sum over its copies. */
final class BroadcastGradients {
  private BroadcastGradients() {}

  /**
   * Returns the gradient with respect to a tensor of shape {@code source}, from the gradient with
   * respect to its broadcast form.
   *
   * @param dy gradient in the shape {@code result}
   */
  static Output<?> reduce(GraphWriter tf, Output<?> dy, Shape result, Shape source) {
    if (isLastAxis(source, result)) {
      return sumToLastAxis(tf, dy, result);
    }
    List<Integer> axes = Broadcasting.repeatedAxes(source, result);
    if (axes.isEmpty()) {
      return dy;
    }
    boolean keepsAxes = result.rank() == source.rank();
    Output<?> sum = sum(tf, dy, axes, keepsAxes);
    return keepsAxes ? sum : tf.reshape(sum, source);
  }

  /** Adds up in float32: TensorFlow's kernel adds in the type of its input. */
  private static Output<?> sum(
      GraphWriter tf, Output<?> dy, List<Integer> axes, boolean keepsAxes) {
    DataType type = HostTransfer.dataType(dy.dataType());
    return type.isHalf()
        ? tf.cast(tf.reduce("Sum", tf.cast(dy, DataType.FLOAT32), axes, keepsAxes), type)
        : tf.reduce("Sum", dy, axes, keepsAxes);
  }

  /**
   * Returns whether {@code source} holds one element per index of the last axis of {@code result},
   * as a bias does.
   */
  static boolean isLastAxis(Shape source, Shape result) {
    return source.rank() == 1 && result.rank() > 1 && source.size(0) == result.size(-1);
  }

  /** Returns the sum over all axes but the last. */
  static Output<?> sumToLastAxis(GraphWriter tf, Output<?> x, Shape shape) {
    // The kernel for the gradient of a bias computes the same, much faster than Sum.
    return shape.rank() == 1 ? x : tf.op("BiasAddGrad").inputs(x).output();
  }
}
