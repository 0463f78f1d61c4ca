package dev.espalier.optimizer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes gradients smaller that are too large, before the optimizer sees them, so that one unusual
 * batch does not throw the weights far off. Keras' clipvalue, clipnorm and global_clipnorm. Traced
 * into the training step; immutable.
 *
 * <pre>{@code
 * config -> config.optimizer(Sgd.of(0.1)).gradientClipping(GradientClipping.byGlobalNorm(1))
 * }</pre>
 */
public sealed interface GradientClipping {
  /**
   * Returns the clipped gradients, in the same order.
   *
   * @param gradients those of all weights that a step moves: frozen ones are not among them
   */
  List<Tensor> clip(Ops ops, List<Tensor> gradients);

  /** Returns the gradients as they are. */
  static GradientClipping none() {
    return new None();
  }

  /**
   * Limits each number of a gradient by itself, which may turn its direction.
   *
   * @param limit largest absolute value that is left as it is, above 0
   * @throws EspalierException {@code INVALID_TRAINING_SETTING} for another limit
   */
  static GradientClipping byValue(double limit) {
    return new ByValue(limit);
  }

  /**
   * Scales the gradient of each weight by itself, so that its Euclidean norm does not exceed the
   * limit.
   *
   * @param limit largest norm that is left as it is, above 0
   * @throws EspalierException {@code INVALID_TRAINING_SETTING} for another limit
   */
  static GradientClipping byNorm(double limit) {
    return new ByNorm(limit);
  }

  /**
   * Scales all gradients by one factor, so that their common Euclidean norm does not exceed the
   * limit: the direction of the step stays as it is.
   *
   * @param limit largest norm that is left as it is, above 0
   * @throws EspalierException {@code INVALID_TRAINING_SETTING} for another limit
   */
  static GradientClipping byGlobalNorm(double limit) {
    return new ByGlobalNorm(limit);
  }

  /** Clips nothing. */
  record None() implements GradientClipping {
    @Override
    public List<Tensor> clip(Ops ops, List<Tensor> gradients) {
      return gradients;
    }
  }

  /**
   * Clips each element of the gradients to the range from {@code -limit} to {@code limit}.
   *
   * @param limit upper bound of the absolute values, above 0
   */
  record ByValue(double limit) implements GradientClipping {
    /** Checks the range. */
    public ByValue {
      requireUsable(limit);
    }

    @Override
    public List<Tensor> clip(Ops ops, List<Tensor> gradients) {
      return gradients.stream().map(gradient -> ops.clip(gradient, -limit, limit)).toList();
    }
  }

  /**
   * Scales down each gradient whose norm exceeds the limit: {@code g * limit / max(norm(g),
   * limit)}.
   *
   * @param limit upper bound of the norm of each gradient, above 0
   */
  record ByNorm(double limit) implements GradientClipping {
    /** Checks the range. */
    public ByNorm {
      requireUsable(limit);
    }

    @Override
    public List<Tensor> clip(Ops ops, List<Tensor> gradients) {
      return gradients.stream().map(gradient -> clip(ops, gradient)).toList();
    }

    private Tensor clip(Ops ops, Tensor gradient) {
      Tensor norm = ops.sqrt(sumOfSquares(ops, gradient));
      return ops.divide(ops.multiply(gradient, limit), ops.maximum(norm, ops.constant(limit)));
    }
  }

  /**
   * Scales down all gradients by the same factor if their global norm exceeds the limit: {@code g *
   * limit * min(1 / norm, 1 / limit)}. If the norm is not finite, all gradients become NaN, because
   * no gradient of such a step is reliable.
   *
   * @param limit upper bound of the norm of all gradients together, above 0
   */
  record ByGlobalNorm(double limit) implements GradientClipping {
    /** Checks the range. */
    public ByGlobalNorm {
      requireUsable(limit);
    }

    @Override
    public List<Tensor> clip(Ops ops, List<Tensor> gradients) {
      Tensor squares =
          gradients.stream()
              .map(gradient -> sumOfSquares(ops, gradient))
              .reduce(ops::add)
              .orElseThrow();
      Tensor norm = ops.sqrt(squares);
      Tensor inverse = ops.minimum(ops.divide(ops.constant(1), norm), ops.constant(1 / limit));
      // Zero for every finite norm, else NaN.
      Tensor finite = ops.subtract(norm, norm);
      Tensor scale = ops.add(ops.multiply(inverse, limit), finite);
      return gradients.stream().map(gradient -> ops.multiply(gradient, scale)).toList();
    }
  }

  private static Tensor sumOfSquares(Ops ops, Tensor x) {
    Tensor squares = ops.square(x);
    int rank = x.shape().rank();
    return rank == 0 ? squares : ops.sum(squares, IntStream.range(0, rank).toArray());
  }

  private static void requireUsable(double limit) {
    // Steps compute with 32 bits, in which the limit must be usable too.
    if (!((float) limit > 0) || Float.isInfinite((float) limit)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Gradients cannot be clipped to a limit of " + limit + ".",
          "Give a number above 0, such as 1, or GradientClipping.none() to leave them as they are.");
    }
  }
}
