package dev.espalier.models.resnet;

import java.util.List;

/**
 * Residual networks as torchvision and timm build them, or as Keras does, which differ: {@link
 * ResNetOrigin}. Each method returns a builder, such as {@code
 * ResNet.resnet50().includeTop(false).weights(weights).build()}, which builds the network that the
 * weights belong to.
 *
 * <p>Layers have the names of Keras' ResNet, such as {@code conv2_block1_1_conv}, with the stages
 * counted from {@code conv2}. Padding is the same on all sides of an image.
 */
public final class ResNet {
  private ResNet() {}

  /** Returns ResNet-18: 224 × 224 pixels, 11.7 million parameters. */
  public static ResNetBuilder resnet18() {
    return variant("resnet18", false, 2, 2, 2, 2);
  }

  /** Returns ResNet-34: 224 × 224 pixels, 21.8 million parameters. */
  public static ResNetBuilder resnet34() {
    return variant("resnet34", false, 3, 4, 6, 3);
  }

  /** Returns ResNet-50: 224 × 224 pixels, 25.6 million parameters. */
  public static ResNetBuilder resnet50() {
    return variant("resnet50", true, 3, 4, 6, 3);
  }

  /** Returns ResNet-101: 224 × 224 pixels, 44.7 million parameters. */
  public static ResNetBuilder resnet101() {
    return variant("resnet101", true, 3, 4, 23, 3);
  }

  private static ResNetBuilder variant(String name, boolean bottleneck, Integer... repeats) {
    return new ResNetBuilder(new ResidualStages(name, bottleneck, List.of(repeats), 64));
  }
}
