package dev.espalier.layer.pooling;

import dev.espalier.graph.Padding;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Average pooling: replaces each window of each channel by its mean. Padded pixels do not count.
 * Input {@code [batch, height, width, channels]}, output {@code [batch, height', width',
 * channels]}. Immutable and thread-safe.
 *
 * @param poolSize height and width of the window in pixels
 * @param strides step of the window along height and width in pixels
 * @param padding how the border is handled: {@code VALID} uses only windows inside the image,
 *     {@code SAME} pads so that an axis of the output has {@code ceil(size / stride)} elements
 */
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
