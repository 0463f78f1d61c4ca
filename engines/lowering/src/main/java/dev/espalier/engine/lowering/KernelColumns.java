package dev.espalier.engine.lowering;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring columns of a depthwise kernel, whose gradient is computed on its own. oneDNN, which
 * computes it for TensorFlow and PyTorch on the processor, has fast code for kernels of up to three
 * columns; for wider ones it falls back to that of grouped convolutions, which takes several times
 * as long. Immutable.
 *
 * @param first the first of the columns of the kernel, and of those of the padded image that they
 *     meet
 * @param count how many columns of the kernel there are
 * @param imageColumns how many columns of the padded image they meet
 */
public record KernelColumns(int first, int count, int imageColumns) {
  private static final int FAST = 3;

  /**
   * Returns the parts, from left to right, in which the gradient of a kernel is computed; one for
   * the whole kernel if it is not too wide.
   *
   * @param window the kernel as it slides over the images, without dilation
   */
  public static List<KernelColumns> of(Window window) {
    int width = window.size().width();
    int steps = (window.columns() - 1) * window.strides().width();
    List<KernelColumns> parts = new ArrayList<>();
    for (int first = 0; first < width; first += FAST) {
      int count = Math.min(FAST, width - first);
      parts.add(new KernelColumns(first, count, steps + count));
    }
    return parts;
  }
}
