package dev.espalier.augment.geometry;

import dev.espalier.data.ImageResizing;

/**
 * The input positions and weights of each output position along one axis. Positions outside are
 * left out and the remaining weights are normalized to 1, as in TensorFlow and Pillow.
 */
final class Axis {
  /** Maximum number of inputs per output; the weights of output i start at i times this. */
  final int taps;

  /** First input of each output. */
  final int[] first;

  /** Number of inputs of each output. */
  final int[] count;

  final float[] weights;

  private Axis(int output, int taps) {
    this.taps = taps;
    this.first = new int[output];
    this.count = new int[output];
    this.weights = new float[output * taps];
  }

  /**
   * Returns the axis for resizing a section of an image.
   *
   * @param start first position of the section
   * @param length of the section
   * @param output number of output positions
   * @param antialias whether the kernel grows when the image shrinks
   */
  static Axis of(
      int start, int length, int output, Interpolation interpolation, boolean antialias) {
    double scale = (double) length / output;
    double stretch = antialias ? Math.max(scale, 1) : 1;
    double support =
        switch (interpolation) {
          case NEAREST -> 0;
          case BILINEAR -> stretch;
          case BICUBIC -> 2 * stretch;
          case AREA -> scale / 2;
        };
    Axis axis = new Axis(output, 2 * (int) Math.ceil(support) + 2);
    for (int i = 0; i < output; i++) {
      if (interpolation == Interpolation.NEAREST) {
        axis.set(i, start, ImageResizing.nearestIndex(i, length, output), new double[] {1});
        continue;
      }
      double centre = (i + 0.5) * scale;
      int from = (int) Math.max(Math.floor(centre - support), 0);
      int to = (int) Math.min(Math.ceil(centre + support), length);
      double[] weights = new double[to - from];
      for (int j = from; j < to; j++) {
        weights[j - from] =
            interpolation == Interpolation.AREA
                ? Math.max(Math.min(j + 1, centre + support) - Math.max(j, centre - support), 0)
                : kernel(interpolation, (j + 0.5 - centre) / stretch);
      }
      axis.set(i, start, from, weights);
    }
    return axis;
  }

  private static double kernel(Interpolation interpolation, double offset) {
    double x = Math.abs(offset);
    if (interpolation == Interpolation.BILINEAR) {
      return Math.max(1 - x, 0);
    }
    if (x < 1) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  }

  private void set(int output, int start, int from, double[] values) {
    int begin = 0;
    int end = values.length;
    while (end - begin > 1 && values[begin] == 0) {
      begin++;
    }
    while (end - begin > 1 && values[end - 1] == 0) {
      end--;
    }
    double sum = 0;
    for (int j = begin; j < end; j++) {
      sum += values[j];
    }
    first[output] = start + from + begin;
    count[output] = end - begin;
    for (int j = begin; j < end; j++) {
      weights[output * taps + j - begin] = (float) (values[j] / sum);
    }
  }
}
