package dev.espalier.engine.lowering;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import java.util.List;

/**
 * A window that slides over images {@code [batch, height, width, channels]}. The operators of
 * PyTorch and MXNet pad both sides equally; where TensorFlow's {@code same} padding needs one more
 * row or column at the bottom or right, the image has to be padded beforehand.
 *
 * @param image the shape of the images
 * @param size of the window, without dilation
 */
public record Window(Shape image, Size2d size, Size2d strides, Size2d dilation, Padding padding) {

  /** Returns the window of a convolution with a kernel {@code [height, width, ...]}. */
  public static Window ofKernel(
      Shape image, Shape kernel, Size2d strides, Size2d dilation, Padding padding) {
    Size2d size = new Size2d(kernel.size(0), kernel.size(1));
    return new Window(image, size, strides, dilation, padding);
  }

  /**
   * Returns the window of the convolution whose transpose produces images of the shape {@code
   * output}.
   */
  public static Window ofTranspose(Shape output, Shape kernel, Size2d strides, Padding padding) {
    return ofKernel(output, kernel, strides, Size2d.square(1), padding);
  }

  /**
   * Returns the rows and columns that a transposed convolution of {@code input} has to add at the
   * bottom and right. They are ambiguous otherwise, because the convolution maps several image
   * sizes to the same output size.
   */
  public List<Integer> outputPadding(Shape input) {
    int rows = (input.size(1) - 1) * strides.height() + height();
    int columns = (input.size(2) - 1) * strides.width() + width();
    return List.of(
        image.size(1) + top() + bottom() - rows, image.size(2) + left() + right() - columns);
  }

  private int height() {
    return (size.height() - 1) * dilation.height() + 1;
  }

  private int width() {
    return (size.width() - 1) * dilation.width() + 1;
  }

  /** Returns the number of padding rows at the top. */
  public int top() {
    return padding.before(image.size(1), height(), strides.height());
  }

  /** Returns the number of padding rows at the bottom. */
  public int bottom() {
    return padding.after(image.size(1), height(), strides.height());
  }

  /** Returns the number of padding columns on the left. */
  public int left() {
    return padding.before(image.size(2), width(), strides.width());
  }

  /** Returns the number of padding columns on the right. */
  public int right() {
    return padding.after(image.size(2), width(), strides.width());
  }

  /** Returns whether there is any padding. */
  public boolean isPadded() {
    return top() + bottom() + left() + right() > 0;
  }

  /** Returns the number of positions in a row, which is the width of the output. */
  public int columns() {
    return padding.outputSize(image.size(2), width(), strides.width());
  }

  /**
   * Returns whether the padding is the same on opposite sides, so that an operator can do all of
   * it.
   */
  public boolean isSymmetric() {
    return top() == bottom() && left() == right();
  }

  /** Returns the padding for the operator: rows and columns on each side. */
  public List<Integer> symmetric() {
    return isSymmetric() ? List.of(top(), left()) : List.of(0, 0);
  }

  /**
   * Returns 1 divided by the number of image pixels (not padding) in each window, {@code [1, rows,
   * columns, 1]}.
   */
  public HostArray reciprocalCounts() {
    int rows = padding.outputSize(image.size(1), height(), strides.height());
    int columns = columns();
    float[] counts = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      int tall = overlap(i * strides.height() - top(), height(), image.size(1));
      for (int j = 0; j < columns; j++) {
        int wide = overlap(j * strides.width() - left(), width(), image.size(2));
        counts[i * columns + j] = 1f / (tall * wide);
      }
    }
    return HostArray.wrap(Shape.of(1, rows, columns, 1), counts);
  }

  private static int overlap(int start, int extent, int length) {
    return Math.min(start + extent, length) - Math.max(start, 0);
  }
}
