package dev.espalier.data;

/**
 * The input positions and weights of some output positions along one axis, in Pillow's arithmetic:
 * the filter grows when the image shrinks, weights are whole numbers of 22 bits after the point,
 * and sums are rounded to whole values after each axis.
 */
final class AntialiasedAxis {
  private static final int FRACTION_BITS = 22;

  private final int[] first;
  private final int[][] weights;

  private AntialiasedAxis(int outputs) {
    first = new int[outputs];
    weights = new int[outputs][];
  }

  /**
   * Returns the axis of a section of the output.
   *
   * @param input length of the input
   * @param output length of the whole output
   * @param start first position of the section
   * @param length of the section
   */
  static AntialiasedAxis of(
      int input, int output, int start, int length, CroppedResizing.Filter filter) {
    AntialiasedAxis axis = new AntialiasedAxis(length);
    double scale = (double) input / output;
    double stretch = Math.max(scale, 1);
    double support = filter.support() * stretch;
    for (int i = 0; i < length; i++) {
      double center = (start + i + 0.5) * scale;
      int from = Math.max((int) (center - support + 0.5), 0);
      int to = Math.min((int) (center + support + 0.5), input);
      axis.first[i] = from;
      axis.weights[i] = weights(filter, from, to, center, stretch);
    }
    return axis;
  }

  private static int[] weights(
      CroppedResizing.Filter filter, int from, int to, double center, double stretch) {
    double[] exact = new double[to - from];
    double sum = 0;
    for (int j = 0; j < exact.length; j++) {
      exact[j] = filter.weight((j + from - center + 0.5) * (1 / stretch));
      sum += exact[j];
    }
    int[] rounded = new int[exact.length];
    for (int j = 0; j < exact.length; j++) {
      double weight = exact[j] / sum * (1 << FRACTION_BITS);
      rounded[j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    return rounded;
  }

  int length() {
    return first.length;
  }

  /** Returns the first input position of all outputs. */
  int start() {
    return first[0];
  }

  /** Returns the input position after the last one of all outputs. */
  int end() {
    int last = first.length - 1;
    return first[last] + weights[last].length;
  }

  /**
   * Computes an output position.
   *
   * @param offset index of the value at input position 0
   * @param stride distance of the values of two input positions
   */
  byte blend(int position, byte[] values, int offset, int stride) {
    int[] factors = weights[position];
    int index = offset + first[position] * stride;
    int sum = 1 << (FRACTION_BITS - 1);
    for (int factor : factors) {
      sum += factor * (values[index] & 0xff);
      index += stride;
    }
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}
