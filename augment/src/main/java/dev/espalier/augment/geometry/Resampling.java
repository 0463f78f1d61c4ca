package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Box;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Image;

/**
 * Resizes a section of an image, optionally flipped, in one pass: each output row is combined from
 * whole input rows first, then from their columns.
 *
 * @param antialias whether to smooth when the image shrinks
 */
record Resampling(Interpolation interpolation, boolean antialias) {
  Image resize(Image image, int height, int width) {
    if (height == image.height() && width == image.width()) {
      return image;
    }
    return resize(image, Box.of(image), height, width, false);
  }

  Image resize(Image image, Box box, int height, int width, boolean mirrored) {
    if (box.height() == height && box.width() == width && !mirrored) {
      return box.cut(image);
    }
    Raster source = Raster.copyOf(image);
    Raster target = Raster.blank(height, width, source.channels);
    Axis rows = Axis.of(box.top(), box.height(), height, interpolation, antialias);
    Axis columns = Axis.of(0, box.width(), width, interpolation, antialias);
    float[] blended = new float[box.width() * source.channels];
    for (int row = 0; row < height; row++) {
      blendRows(source, box, rows, row, blended);
      blendColumns(blended, columns, target, row, mirrored);
    }
    return target.image();
  }

  private static void blendRows(Raster source, Box box, Axis rows, int row, float[] blended) {
    byte[] bytes = source.bytes;
    int length = blended.length;
    int count = rows.count[row];
    int from = (rows.first[row] * source.width + box.left()) * source.channels;
    int weight = row * rows.taps;
    float first = rows.weights[weight];
    if (count == 1) {
      for (int i = 0; i < length; i++) {
        blended[i] = first * (bytes[from + i] & 0xff);
      }
      return;
    }
    // Two rows at a time, which halves the passes over the accumulator.
    int next = from + source.rowLength();
    float second = rows.weights[weight + 1];
    for (int i = 0; i < length; i++) {
      blended[i] = first * (bytes[from + i] & 0xff) + second * (bytes[next + i] & 0xff);
    }
    for (int tap = 2; tap < count; tap += 2) {
      int upper = from + tap * source.rowLength();
      // A missing second row has weight 0; the first is read in its place.
      int lower = tap + 1 < count ? upper + source.rowLength() : upper;
      float a = rows.weights[weight + tap];
      float b = tap + 1 < count ? rows.weights[weight + tap + 1] : 0;
      for (int i = 0; i < length; i++) {
        blended[i] += a * (bytes[upper + i] & 0xff) + b * (bytes[lower + i] & 0xff);
      }
    }
  }

  private static void blendColumns(
      float[] blended, Axis columns, Raster target, int row, boolean mirrored) {
    int channels = target.channels;
    int width = target.width;
    int step = mirrored ? -channels : channels;
    int to = (row * width + (mirrored ? width - 1 : 0)) * channels;
    if (channels == 3) {
      blendColor(blended, columns, target, to, step);
      return;
    }
    for (int column = 0; column < width; column++, to += step) {
      int weight = column * columns.taps;
      int from = columns.first[column] * channels;
      for (int channel = 0; channel < channels; channel++) {
        float sum = 0;
        for (int tap = 0; tap < columns.count[column]; tap++) {
          sum += columns.weights[weight + tap] * blended[from + tap * channels + channel];
        }
        target.bytes[to + channel] = Raster.rounded(sum);
      }
    }
  }

  private static void blendColor(
      float[] blended, Axis columns, Raster target, int start, int step) {
    int to = start;
    for (int column = 0; column < target.width; column++, to += step) {
      int weight = column * columns.taps;
      int from = columns.first[column] * 3;
      int end = weight + columns.count[column];
      float red = 0;
      float green = 0;
      float blue = 0;
      for (; weight < end; weight++, from += 3) {
        float share = columns.weights[weight];
        red += share * blended[from];
        green += share * blended[from + 1];
        blue += share * blended[from + 2];
      }
      target.bytes[to] = Raster.rounded(red);
      target.bytes[to + 1] = Raster.rounded(green);
      target.bytes[to + 2] = Raster.rounded(blue);
    }
  }
}
