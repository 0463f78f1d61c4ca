package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.Broadcasting;
import dev.espalier.graph.Shape;
import java.util.List;
import org.tensorflow.Output;

/** Undoes broadcasting: the gradient of something that was repeated is the sum over its copies. */
final class BroadcastGradients {
  private BroadcastGradients() {}

  /**
   * Returns the gradient of what had the shape {@code source} before it was broadcast.
   *
   * @param dy a gradient of the shape {@code result}
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
    Output<?> sum = tf.reduce("Sum", dy, axes, keepsAxes);
    return keepsAxes ? sum : tf.reshape(sum, source);
  }

  /** Returns whether a shape is that of one number per element of the last axis of another. */
  static boolean isLastAxis(Shape source, Shape result) {
    return source.rank() == 1 && result.rank() > 1 && source.size(0) == result.size(-1);
  }

  /** Returns the sum over all axes but the last. */
  static Output<?> sumToLastAxis(GraphWriter tf, Output<?> x, Shape shape) {
    // The kernel for the gradient of a bias does just this, and much faster than Sum.
    return shape.rank() == 1 ? x : tf.op("BiasAddGrad").inputs(x).output();
  }
}
