package dev.espalier.core.classifier;

import dev.espalier.data.Image;
import dev.espalier.data.ImageResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;

/**
 * Where a layer sees a class in an image. It covers the whole image, whatever the image's aspect
 * ratio. Immutable.
 *
 * @param values float32 {@code [height, width]} of the layer, from 0 to 1 where it speaks most for
 *     the class; all 0 if nothing speaks for it
 * @param label class index
 * @param layer the layer whose feature maps were weighted
 */
public record HeatMap(HostArray values, int label, String layer) {
  /**
   * Colours from dark to bright, readable with any colour vision: black, purple, orange, yellow.
   */
  private static final int[][] COLORS = {
    {0, 0, 4}, {81, 18, 124}, {183, 55, 121}, {252, 137, 97}, {252, 253, 191}
  };

  private static final double OPACITY = 0.65;

  /** Checks the shape. */
  public HeatMap {
    if (values.shape().rank() != 2) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "A heat map cannot have the shape " + values.shape() + ".",
          "Give [height, width].");
    }
  }

  static HeatMap of(HostArray map, int label, String layer) {
    float[] values = map.toFloats();
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, value);
    }
    if (largest > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] /= largest;
      }
    }
    Shape shape = map.shape();
    return new HeatMap(
        HostArray.wrap(Shape.of(shape.size(1), shape.size(2)), values), label, layer);
  }

  /**
   * Returns the map as a greyscale image of its own size, {@code [height, width, 1]}, white where
   * the class is seen most.
   */
  public Image toImage() {
    int height = values.shape().size(0);
    int width = values.shape().size(1);
    byte[] grey = new byte[height * width];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) Math.round(255 * values.at(i));
    }
    return Image.wrap(height, width, 1, grey);
  }

  /**
   * Returns an image, grey or in colour, with this map drawn over it, {@code [height, width, 3]}.
   */
  public Image over(Image image) {
    Image map = ImageResizing.bilinear(toImage(), image.height(), image.width());
    byte[] pixels = new byte[image.height() * image.width() * 3];
    int target = 0;
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        double value = map.at(row, column, 0) / 255.0;
        for (int channel = 0; channel < 3; channel++) {
          int own = image.at(row, column, Math.min(channel, image.channels() - 1));
          double mixed = own + OPACITY * (color(value, channel) - own);
          pixels[target++] = (byte) (int) Math.round(mixed);
        }
      }
    }
    return Image.wrap(image.height(), image.width(), 3, pixels);
  }

  private static double color(double value, int channel) {
    double position = value * (COLORS.length - 1);
    int below = Math.min((int) position, COLORS.length - 2);
    int start = COLORS[below][channel];
    return start + (position - below) * (COLORS[below + 1][channel] - start);
  }
}
