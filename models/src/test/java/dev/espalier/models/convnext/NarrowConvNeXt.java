package dev.espalier.models.convnext;

import java.util.List;

/** The narrow network of {@code src/test/python/make_convnext_weights.py}. */
public final class NarrowConvNeXt {
  private NarrowConvNeXt() {}

  /** Returns the network. */
  public static ConvNeXtBuilder create() {
    return new ConvNeXtBuilder(
            new ConvNeXtStages("convnext-narrow", List.of(1, 1, 2, 1), List.of(4, 8, 12, 16)))
        .imageSize(64)
        .classes(10);
  }
}
