package dev.espalier.models.resnet;

import java.util.List;

/** The narrow networks of {@code src/test/python/make_resnet_weights.py}. */
public final class NarrowResNet {
  private NarrowResNet() {}

  /** Returns the network with basic blocks. */
  public static ResNetBuilder basic() {
    return narrow(false);
  }

  /** Returns the network with bottleneck blocks. */
  public static ResNetBuilder bottleneck() {
    return narrow(true);
  }

  private static ResNetBuilder narrow(boolean bottleneck) {
    return new ResNetBuilder(
            new ResidualStages("resnet-narrow", bottleneck, List.of(2, 1, 2, 1), 4))
        .imageSize(64)
        .classes(10);
  }
}
