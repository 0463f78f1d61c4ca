package dev.espalier.core.internal.program;

import dev.espalier.data.Image;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;

/** The size of the images fed to a program. */
public record ImageSize(int height, int width, int channels) implements SampleInput {
  /** Returns the size of an image. */
  public static ImageSize of(Image image) {
    return new ImageSize(image.height(), image.width(), image.channels());
  }

  /** Returns the number of bytes of one image. */
  public int bytes() {
    return Shape.of(height, width, channels).arrayLength();
  }

  /** Returns the type of a batch of unknown size. */
  public TensorType batchType() {
    return new TensorType(DataType.UINT8, Shape.of(Shape.UNKNOWN, height, width, channels));
  }

  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
