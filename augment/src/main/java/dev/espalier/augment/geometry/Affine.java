package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Pixels;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Image;

/**
 * Maps output pixels to input positions: output column x and row y get the value at {@code a0·x +
 * a1·y + a2}, {@code a3·x + a4·y + a5} of the input, as in Keras' affine transformation.
 */
public record Affine(double a0, double a1, double a2, double a3, double a4, double a5) {
  /**
   * Returns the rotation about the center.
   *
   * @param turns fraction of a full turn, positive counter-clockwise as displayed
   */
  public static Affine rotation(double turns, int height, int width) {
    double angle = turns * 2 * Math.PI;
    // Math's results may differ in the last digit between processors.
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double right = width - 1;
    double bottom = height - 1;
    return new Affine(
        cos,
        -sin,
        (right - (cos * right - sin * bottom)) / 2,
        sin,
        cos,
        (bottom - (sin * right + cos * bottom)) / 2);
  }

  /** Returns the translation down and to the right in pixels. */
  public static Affine translation(double down, double right) {
    return new Affine(1, 0, -right, 0, 1, -down);
  }

  /** Returns the zoom about the centre; factors above 0 zoom out. */
  static Affine zoom(double heightFactor, double widthFactor, int height, int width) {
    return new Affine(
        1 + widthFactor,
        0,
        (width - 1) / 2.0 * -widthFactor,
        0,
        1 + heightFactor,
        (height - 1) / 2.0 * -heightFactor);
  }

  /** Returns the shear whose origin is the upper left corner. */
  public static Affine shear(double x, double y) {
    return new Affine(1, x, 0, y, 1, 0);
  }

  boolean isIdentity() {
    return equals(new Affine(1, 0, 0, 0, 1, 0)) || equals(new Affine(1, 0, -0.0, 0, 1, -0.0));
  }

  /** Returns the transformed image, of the same size. */
  public Image apply(Image image, Interpolation interpolation, FillMode fillMode, int fillValue) {
    if (isIdentity()) {
      return image;
    }
    Raster source = Raster.copyOf(image);
    Raster target = Raster.blank(source.height, source.width, source.channels);
    Sampler sampler = new Sampler(source, fillMode, fillValue);
    if (interpolation == Interpolation.NEAREST) {
      nearest(sampler, target);
    } else if (source.channels == 3) {
      bilinearColor(sampler, target);
    } else {
      bilinear(sampler, target);
    }
    return target.image();
  }

  /**
   * Narrows a row from both ends to the pixels that come from inside the image. The positions of a
   * row lie on a line, and rounding preserves their order, so all pixels in between come from
   * inside too.
   */
  private void nearest(Sampler sampler, Raster target) {
    for (int y = 0; y < target.height; y++) {
      double startX = a1 * y + a2;
      double startY = a4 * y + a5;
      int begin = 0;
      while (begin < target.width && !isInside(sampler, startX, startY, begin)) {
        copyFromAnywhere(sampler, target, startX, startY, begin++, y);
      }
      int end = target.width;
      while (end > begin && !isInside(sampler, startX, startY, end - 1)) {
        end--;
      }
      int copied = begin;
      if (target.channels == 3) {
        // Three bytes are copied together with a fourth, which does not exist after the last pixel.
        copied = y == target.height - 1 ? Math.max(begin, Math.min(end, target.width - 1)) : end;
        copyColor(sampler.source, target, startX, startY, begin, copied, y);
      }
      copy(sampler.source, target, startX, startY, copied, end, y);
      for (int x = end; x < target.width; x++) {
        copyFromAnywhere(sampler, target, startX, startY, x, y);
      }
    }
  }

  private boolean isInside(Sampler sampler, double startX, double startY, int x) {
    double row = a3 * x + startY;
    double column = a0 * x + startX;
    // Pixels extend half a step beyond their positions; with wrapped positions, none does.
    double reach = sampler.fillMode == FillMode.WRAP ? 0 : 0.5;
    double bottom = sampler.source.height - 1 + reach;
    double right = sampler.source.width - 1 + reach;
    return row > -reach && column > -reach && row < bottom && column < right;
  }

  private void copyFromAnywhere(
      Sampler sampler, Raster target, double startX, double startY, int x, int y) {
    int row = halfAwayFromZero(sampler.row(a3 * x + startY));
    int column = halfAwayFromZero(sampler.column(a0 * x + startX));
    sampler.copy(row, column, target.bytes, target.channels * (y * target.width + x));
  }

  private void copyColor(
      Raster source, Raster target, double startX, double startY, int begin, int end, int y) {
    byte[] bytes = source.bytes;
    byte[] result = target.bytes;
    int width = source.width;
    int last = bytes.length - 3;
    int to = 3 * (y * width + begin);
    for (int x = begin; x < end; x++, to += 3) {
      int row = (int) (a3 * x + startY + 0.5);
      int column = (int) (a0 * x + startX + 0.5);
      int from = 3 * (row * width + column);
      if (from < last) {
        Pixels.copyWithNext(bytes, from, result, to);
      } else {
        Pixels.copy(bytes, from, result, to);
      }
    }
  }

  private void copy(
      Raster source, Raster target, double startX, double startY, int begin, int end, int y) {
    int channels = source.channels;
    int to = channels * (y * source.width + begin);
    for (int x = begin; x < end; x++, to += channels) {
      int row = (int) (a3 * x + startY + 0.5);
      int column = (int) (a0 * x + startX + 0.5);
      int from = channels * (row * source.width + column);
      for (int channel = 0; channel < channels; channel++) {
        target.bytes[to + channel] = source.bytes[from + channel];
      }
    }
  }

  private static int halfAwayFromZero(double value) {
    return value < 0 ? -(int) (0.5 - value) : (int) (value + 0.5);
  }

  private void bilinear(Sampler sampler, Raster target) {
    int to = 0;
    for (int y = 0; y < target.height; y++) {
      double startX = a1 * y + a2;
      double startY = a4 * y + a5;
      for (int x = 0; x < target.width; x++) {
        sampler.interpolate(a3 * x + startY, a0 * x + startX, target.bytes, to);
        to += target.channels;
      }
    }
  }

  private void bilinearColor(Sampler sampler, Raster target) {
    byte[] bytes = sampler.source.bytes;
    byte[] result = target.bytes;
    int length = target.rowLength();
    double right = target.width - 1;
    double bottom = target.height - 1;
    int to = 0;
    for (int y = 0; y < target.height; y++) {
      double startX = a1 * y + a2;
      double startY = a4 * y + a5;
      for (int x = 0; x < target.width; x++, to += 3) {
        double row = a3 * x + startY;
        double column = a0 * x + startX;
        if (!(row >= 0 && column >= 0 && row < bottom && column < right)) {
          sampler.interpolate(row, column, result, to);
          continue;
        }
        int top = (int) row;
        int left = (int) column;
        float down = (float) (row - top);
        float across = (float) (column - left);
        int at = top * length + left * 3;
        result[to] = between(bytes, at, length, across, down);
        result[to + 1] = between(bytes, at + 1, length, across, down);
        result[to + 2] = between(bytes, at + 2, length, across, down);
      }
    }
  }

  /** Interpolates between four values, the first of which is at {@code i}. */
  private static byte between(byte[] bytes, int i, int length, float across, float down) {
    int a = bytes[i] & 0xff;
    int c = bytes[i + length] & 0xff;
    float above = a + ((bytes[i + 3] & 0xff) - a) * across;
    float below = c + ((bytes[i + length + 3] & 0xff) - c) * across;
    return Raster.roundedByte(above + (below - above) * down);
  }

  /** Reads single positions of an image, including those outside it. */
  private record Sampler(Raster source, FillMode fillMode, int fillValue) {
    void copy(int row, int column, byte[] target, int to) {
      int y = fillMode.inside(row, source.height);
      int x = fillMode.inside(column, source.width);
      boolean outside = y < 0 || x < 0;
      int from = outside ? 0 : (y * source.width + x) * source.channels;
      for (int channel = 0; channel < source.channels; channel++) {
        target[to + channel] = outside ? (byte) fillValue : source.bytes[from + channel];
      }
    }

    double row(double place) {
      return fillMode.place(place, source.height);
    }

    double column(double place) {
      return fillMode.place(place, source.width);
    }

    void interpolate(double fromRow, double fromColumn, byte[] target, int to) {
      double row = row(fromRow);
      double column = column(fromColumn);
      int top = floor(row);
      int left = floor(column);
      float down = (float) (row - top);
      float across = (float) (column - left);
      int upper = fillMode.inside(top, source.height);
      int lower = fillMode.inside(top + 1, source.height);
      int before = fillMode.inside(left, source.width);
      int after = fillMode.inside(left + 1, source.width);
      for (int channel = 0; channel < source.channels; channel++) {
        float a = value(upper, before, channel);
        float c = value(lower, before, channel);
        float above = a + (value(upper, after, channel) - a) * across;
        float below = c + (value(lower, after, channel) - c) * across;
        target[to + channel] = Raster.rounded(above + (below - above) * down);
      }
    }

    private float value(int row, int column, int channel) {
      return row < 0 || column < 0
          ? fillValue
          : source.bytes[(row * source.width + column) * source.channels + channel] & 0xff;
    }

    private static int floor(double value) {
      int truncated = (int) value;
      return value < truncated ? truncated - 1 : truncated;
    }
  }
}
