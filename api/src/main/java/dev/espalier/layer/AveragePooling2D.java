package dev.espalier.layer;

import dev.espalier.graph.Padding;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;

/** The mean of each window of each channel; padding does not count. Immutable. */
public record AveragePooling2D(Size2d poolSize, Size2d strides, Padding padding) implements Layer {
  /** Returns a layer with square windows that touch but do not overlap. */
  public static AveragePooling2D of(int poolSize) {
    Size2d size = Size2d.square(poolSize);
    return new AveragePooling2D(size, size, Padding.VALID);
  }

  /** Returns this layer with the same stride along both axes. */
  public AveragePooling2D strides(int stride) {
    return new AveragePooling2D(poolSize, Size2d.square(stride), padding);
  }

  /** Returns this layer with another padding. */
  public AveragePooling2D padding(Padding value) {
    return new AveragePooling2D(poolSize, strides, value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    return context.ops().averagePool2d(LayerChecks.images(inputs), poolSize, strides, padding);
  }
}
