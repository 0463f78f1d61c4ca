package dev.espalier.models.resnet;

import dev.espalier.graph.Initializer;
import dev.espalier.initializer.Initializers;
import dev.espalier.initializer.VarianceScaling.Distribution;
import dev.espalier.initializer.VarianceScaling.Mode;

/** Project whose ResNet a model follows; the weights of one do not fit the other. */
public enum ResNetOrigin {
  /**
   * torchvision and timm: version 1.5, where the 3x3 convolution of a block has the stride, with
   * convolutions without bias and epsilon 1e-5.
   */
  TORCHVISION(false, 0.9, 1e-5),
  /**
   * {@code keras.applications}: the first version, where the first 1x1 convolution of a block has
   * the stride, with biases and epsilon 1.001e-5. Images have the order blue, green, red and lose
   * ImageNet's mean.
   */
  KERAS(true, 0.99, 1.001e-5);

  private static final Initializer TORCH_KERNELS =
      Initializers.varianceScaling(2, Mode.FAN_OUT, Distribution.UNTRUNCATED_NORMAL);

  private final boolean bias;
  private final double momentum;
  private final double epsilon;

  ResNetOrigin(boolean bias, double momentum, double epsilon) {
    this.bias = bias;
    this.momentum = momentum;
    this.epsilon = epsilon;
  }

  /** Returns whether convolutions have a bias. */
  boolean bias() {
    return bias;
  }

  /** Returns the momentum of batch normalizations. */
  double momentum() {
    return momentum;
  }

  /** Returns the epsilon of batch normalizations. */
  double epsilon() {
    return epsilon;
  }

  /** Returns the initial values of kernels. */
  Initializer kernels() {
    return this == KERAS ? Initializers.glorotUniform() : TORCH_KERNELS;
  }

  /** Returns whether the first convolution of a block with three has the stride of the block. */
  boolean stridesFirst() {
    return this == KERAS;
  }
}
