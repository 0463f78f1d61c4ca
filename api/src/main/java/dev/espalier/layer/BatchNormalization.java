package dev.espalier.layer;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;
import java.util.List;

/**
 * Batch normalization: normalizes each channel over batch, height and width: {@code y = gamma * (x
 * - mean) / sqrt(variance + epsilon) + beta}. In training, mean and variance are those of the
 * batch, and the running mean and variance are updated: {@code moving = momentum * moving + (1 -
 * momentum) * batch}. In inference, and whenever the layer is frozen, the running mean and variance
 * are used and do not change.
 *
 * <p>Input and output are float32 {@code [batch, ..., channels]}. Variables, each {@code
 * [channels]}: {@code gamma} and {@code beta}, which are trainable; {@code moving_mean} and {@code
 * moving_variance}, which are not. Immutable and thread-safe.
 *
 * @param momentum fraction of the running mean and variance that is kept in each step, from 0 to 1
 *     (PyTorch's momentum is 1 minus this)
 * @param epsilon small constant added to the variance for numerical stability
 * @param center whether there is a beta
 * @param scale whether there is a gamma
 */
public record BatchNormalization(double momentum, double epsilon, boolean center, boolean scale)
    implements Layer {
  /** Checks the ranges. */
  public BatchNormalization {
    ArgumentChecks.fraction("momentum of a batch normalization layer", momentum);
    ArgumentChecks.require(
        epsilon >= 0 && epsilon <= Float.MAX_VALUE,
        "epsilon of a batch normalization layer",
        epsilon,
        "Give a small number, such as 0.001.");
  }

  /** Returns a layer with Keras' defaults: momentum 0.99 and epsilon 0.001. */
  public static BatchNormalization create() {
    return new BatchNormalization(0.99, 1e-3, true, true);
  }

  /** Returns this layer with another momentum. */
  public BatchNormalization momentum(double value) {
    return new BatchNormalization(value, epsilon, center, scale);
  }

  /** Returns this layer with another epsilon. */
  public BatchNormalization epsilon(double value) {
    return new BatchNormalization(momentum, value, center, scale);
  }

  /** Returns this layer with or without a beta. */
  public BatchNormalization center(boolean value) {
    return new BatchNormalization(momentum, epsilon, value, scale);
  }

  /** Returns this layer with or without a gamma. */
  public BatchNormalization scale(boolean value) {
    return new BatchNormalization(momentum, epsilon, center, value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.single(inputs);
    int channels = x.shape().size(-1);
    Shape shape = Shape.of(channels);
    TensorType type = TensorType.float32(channels);
    Tensor gamma =
        scale
            ? context.weight("gamma", shape, Initializers.ones())
            : ops.constant(HostArray.filled(type, 1));
    Tensor beta =
        center
            ? context.weight("beta", shape, Initializers.zeros())
            : ops.constant(HostArray.filled(type, 0));
    Tensor mean = context.nonTrainable("moving_mean", type, Initializers.zeros());
    Tensor variance = context.nonTrainable("moving_variance", type, Initializers.ones());
    if (!context.training()) {
      return ops.batchNormInference(x, gamma, beta, mean, variance, (float) epsilon);
    }
    List<Tensor> normalized = ops.batchNormTraining(x, gamma, beta, (float) epsilon);
    context.update("moving_mean", moved(ops, mean, normalized.get(1)));
    context.update("moving_variance", moved(ops, variance, normalized.get(2)));
    return normalized.get(0);
  }

  private Tensor moved(Ops ops, Tensor running, Tensor batch) {
    return ops.add(ops.multiply(running, momentum), ops.multiply(batch, 1 - momentum));
  }
}
