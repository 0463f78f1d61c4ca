package dev.espalier.graph;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * A height and a width in pixels: of a kernel, window, stride or dilation. Immutable.
 *
 * @param height height in pixels, 1 or more
 * @param width width in pixels, 1 or more
 */
public record Size2d(int height, int width) {
  /** Checks the range. */
  public Size2d {
    if (height < 1 || width < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The size " + height + "x" + width + " is not positive.",
          "Kernels, windows, strides and dilations must be at least 1x1.");
    }
  }

  /** Returns the square of the given side. */
  public static Size2d square(int side) {
    return new Size2d(side, side);
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
