package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Tensor;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Puts the axes of each sample into another order. The batch stays the first axis. Immutable and
 * thread-safe.
 *
 * @param order for each axis of the output, the axis of the input that it is, counted from 1 as
 *     axis 0 is the batch; Keras' {@code dims}
 */
public record Permute(List<Integer> order) implements Layer {
  /** Checks that each axis is named once. */
  public Permute {
    order = List.copyOf(order);
    List<Integer> all = IntStream.rangeClosed(1, order.size()).boxed().toList();
    ArgumentChecks.require(
        !order.isEmpty() && order.stream().sorted().toList().equals(all),
        "order of axes",
        order,
        "Name each axis once, counted from 1, such as 2, 1, 3.");
  }

  /** Returns a layer with an order of axes, such as {@code Permute.of(2, 1, 3)}. */
  public static Permute of(int... order) {
    return new Permute(Arrays.stream(order).boxed().toList());
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Tensor x = LayerChecks.single(inputs);
    if (x.shape().rank() != order.size() + 1) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The input has the shape " + x.shape() + ", and the order of axes is " + order + ".",
          "Name each axis after the batch once, counted from 1.");
    }
    IntStream axes = order.stream().mapToInt(axis -> axis);
    return context.ops().transpose(x, IntStream.concat(IntStream.of(0), axes).toArray());
  }
}
