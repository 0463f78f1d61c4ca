package dev.espalier.core.classifier;

import dev.espalier.data.Image;
import dev.espalier.data.ImageResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;

/**
 * Where a layer sees a class in an image. Immutable.
 *
 * @param values float32 {@code [height, width]} of the layer, from 0 to 1 where it speaks most for
 *     the class; all 0 if nothing speaks for it
 * @param label class index
 * @param layer the layer whose feature maps were weighted
 * @param part what the map covers of the image: the whole, unless the model is given the center
 */
public record HeatMap(HostArray values, int label, String layer, Part part) {
  /**
   * A part of an image, in fractions of its height and width.
   *
   * @param top distance from the upper edge
   * @param left distance from the left edge
   * @param height height, above 0
   * @param width width, above 0
   */
  public record Part(double top, double left, double height, double width) {
    /** The whole image. */
    public static final Part WHOLE = new Part(0, 0, 1, 1);

    /** Checks that it lies within the image. */
    public Part {
      if (!(within(top, height) && within(left, width))) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "A part of "
                + height
                + "x"
                + width
                + " at "
                + top
                + ", "
                + left
                + " is not in an image.",
            "Give fractions from 0 to 1; the part must have an area and end within the image.");
      }
    }

    private static boolean within(double start, double length) {
      return start >= 0 && length > 0 && start + length <= 1 + 1e-9;
    }
  }

  /** Colors from dark to bright, readable with any color vision: black, purple, orange, yellow. */
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

  static HeatMap of(HostArray map, int label, String layer, Part part) {
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
        HostArray.wrap(Shape.of(shape.size(1), shape.size(2)), values), label, layer, part);
  }

  /**
   * Returns the map as a grayscale image of its own size, {@code [height, width, 1]}, white where
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
   * Returns an image, grey or in color, with this map drawn over it, {@code [height, width, 3]}. It
   * is dark where the model sees nothing of the class, as it is where the model does not look.
   */
  public Image over(Image image) {
    int top = (int) Math.round(part.top() * image.height());
    int left = (int) Math.round(part.left() * image.width());
    int height = (int) Math.max(1, Math.round(part.height() * image.height()));
    int width = (int) Math.max(1, Math.round(part.width() * image.width()));
    Image map = ImageResizing.bilinear(toImage(), height, width);
    byte[] pixels = new byte[image.height() * image.width() * 3];
    int target = 0;
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        int y = row - top;
        int x = column - left;
        boolean seen = y >= 0 && y < height && x >= 0 && x < width;
        double value = seen ? map.at(y, x, 0) / 255.0 : 0;
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
