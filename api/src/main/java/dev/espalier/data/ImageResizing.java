package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;

/**
 * Resizes images on the host, so that images of different sizes fit into one batch. To resize
 * within a model, use the layer {@link dev.espalier.layer.preprocessing.Resizing}.
 */
public final class ImageResizing {
  private ImageResizing() {}

  /**
   * Returns the image in another size, with bilinear interpolation between the four nearest pixels.
   * Uses half-pixel centers: output i is at input position (i + 0.5) · input / output - 0.5,
   * clamped at the edges, without antialiasing. Computed in 32 bits and rounded half to even, like
   * Keras' Resizing.
   */
  public static Image bilinear(Image image, int height, int width) {
    int length = byteCount(height, width, image.channels());
    if (height == image.height() && width == image.width()) {
      return image;
    }
    Axis rows = Axis.of(image.height(), height);
    Axis columns = Axis.of(image.width(), width);
    int channels = image.channels();
    byte[] pixels = new byte[length];
    int target = 0;
    for (int row = 0; row < height; row++) {
      int upper = rows.lower[row];
      int lower = rows.upper[row];
      float down = rows.share[row];
      for (int column = 0; column < width; column++) {
        int left = columns.lower[column];
        int right = columns.upper[column];
        float across = columns.share[column];
        for (int channel = 0; channel < channels; channel++) {
          float top = between(image, upper, left, right, channel, across);
          float bottom = between(image, lower, left, right, channel, across);
          pixels[target++] = (byte) (int) Math.rint(top + (bottom - top) * down);
        }
      }
    }
    return Image.wrap(height, width, channels, pixels);
  }

  private static float between(
      Image image, int row, int left, int right, int channel, float across) {
    float start = image.at(row, left, channel);
    return start + (image.at(row, right, channel) - start) * across;
  }

  /**
   * Returns the image in another size, with nearest-neighbor interpolation; see {@link
   * #nearestIndex}. Like Keras' Resizing.
   */
  public static Image nearest(Image image, int height, int width) {
    int length = byteCount(height, width, image.channels());
    if (height == image.height() && width == image.width()) {
      return image;
    }
    int[] rows = nearestIndices(image.height(), height);
    int[] columns = nearestIndices(image.width(), width);
    int channels = image.channels();
    byte[] pixels = new byte[length];
    int target = 0;
    for (int row : rows) {
      for (int column : columns) {
        for (int channel = 0; channel < channels; channel++) {
          pixels[target++] = (byte) image.at(row, column, channel);
        }
      }
    }
    return Image.wrap(height, width, channels, pixels);
  }

  private static int[] nearestIndices(int input, int output) {
    int[] indices = new int[output];
    for (int i = 0; i < output; i++) {
      indices[i] = nearestIndex(i, input, output);
    }
    return indices;
  }

  /**
   * Returns the input position that lies nearest to an output position along one axis: floor((i +
   * 0.5) · input / output), computed in 32 bits as TensorFlow does.
   *
   * @param i position in the output, from 0
   * @param input length before
   * @param output length after
   */
  public static int nearestIndex(int i, int input, int output) {
    float scale = (float) input / output;
    return Math.min((int) ((i + 0.5f) * scale), input - 1);
  }

  private static int byteCount(int height, int width, int channels) {
    if (height < 1 || width < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "An image cannot be resized to " + height + "x" + width + " pixels (height x width).",
          "Give a height and a width of 1 or more.");
    }
    return Shape.of(height, width, channels).arrayLength();
  }

  /** For each output position along one axis: its two neighbours and the weight of the second. */
  private static final class Axis {
    final int[] lower;
    final int[] upper;
    final float[] share;

    private Axis(int output) {
      lower = new int[output];
      upper = new int[output];
      share = new float[output];
    }

    static Axis of(int input, int output) {
      Axis axis = new Axis(output);
      float scale = (float) input / output;
      for (int i = 0; i < output; i++) {
        float position = (i + 0.5f) * scale - 0.5f;
        float floor = (float) Math.floor(position);
        axis.lower[i] = Math.max((int) floor, 0);
        axis.upper[i] = Math.min((int) floor + 1, input - 1);
        axis.share[i] = position - floor;
      }
      return axis;
    }
  }
}
