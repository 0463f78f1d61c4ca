package dev.espalier.model;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.nio.FloatBuffer;
import java.util.function.IntUnaryOperator;

/**
 * Reorders kernels between PyTorch's layout, {@code [out, in, height, width]} and {@code [out,
 * in]}, and Keras', {@code [height, width, in, out]} and {@code [in, out]}. Seen as matrices, one
 * is the other transposed, with the rows of {@code height, width, in} in another order.
 */
final class KernelLayout {
  /** The rows of a tile: as many floats as fill a line of the processor's cache. */
  private static final int ROWS = 16;

  /** The columns of a tile, which then fits in the processor's cache. */
  private static final int COLUMNS = 256;

  private KernelLayout() {}

  /**
   * Returns a kernel of PyTorch in Keras' layout.
   *
   * @param shape of the result
   */
  static HostArray fromTorch(HostArray kernel, Shape shape) {
    int outs = kernel.shape().size(0);
    int ins = kernel.shape().size(1);
    int rest = kernel.elementCount() / Math.max(1, outs);
    IntUnaryOperator order = kerasOrder(ins, rest / Math.max(1, ins));
    return HostArray.wrap(shape, transposed(kernel, outs, rest, row -> row, order));
  }

  /**
   * Returns an array of Keras in PyTorch's layout; one that is not a kernel as it is.
   *
   * @param depthwise whether the kernel has the shape {@code [height, width, channels, 1]} of a
   *     depthwise convolution, which PyTorch has as {@code [channels, 1, height, width]}
   */
  static HostArray toTorch(HostArray array, boolean depthwise) {
    Shape shape = array.shape();
    if (array.dataType() != DataType.FLOAT32 || (shape.rank() != 2 && shape.rank() != 4)) {
      return array;
    }
    int outs = shape.size(depthwise ? -2 : -1);
    int ins = depthwise ? 1 : shape.size(-2);
    int rest = array.elementCount() / Math.max(1, outs);
    IntUnaryOperator order = kerasOrder(ins, rest / Math.max(1, ins));
    return HostArray.wrap(
        shape.rank() == 2 ? Shape.of(outs, ins) : Shape.of(outs, ins, shape.size(0), shape.size(1)),
        transposed(array, rest, outs, order, row -> row));
  }

  /**
   * Maps PyTorch's index of {@code [in, height, width]} to Keras' of {@code [height, width, in]}.
   */
  private static IntUnaryOperator kerasOrder(int ins, int area) {
    return area == 1 ? index -> index : index -> index % area * ins + index / area;
  }

  /**
   * Returns a transposed matrix.
   *
   * @param sourceRow which row of the matrix stands for each row
   * @param targetRow which row of the result each column becomes
   */
  private static float[] transposed(
      HostArray from,
      int rows,
      int columns,
      IntUnaryOperator sourceRow,
      IntUnaryOperator targetRow) {
    float[] to = new float[from.elementCount()];
    float[] band = new float[Math.min(ROWS, rows) * columns];
    float[] tile = new float[ROWS * COLUMNS];
    for (int row = 0; row < rows; row += ROWS) {
      int height = Math.min(ROWS, rows - row);
      read(from, row, height, columns, sourceRow, band);
      for (int column = 0; column < columns; column += COLUMNS) {
        int width = Math.min(COLUMNS, columns - column);
        for (int i = 0; i < height; i++) {
          System.arraycopy(band, i * columns + column, tile, i * COLUMNS, width);
        }
        for (int j = 0; j < width; j++) {
          int target = targetRow.applyAsInt(column + j) * rows + row;
          for (int i = 0; i < height; i++) {
            to[target + i] = tile[i * COLUMNS + j];
          }
        }
      }
    }
    return to;
  }

  /** Copies some rows, at once those that follow each other: they may be in a file. */
  private static void read(
      HostArray from, int row, int height, int columns, IntUnaryOperator sourceRow, float[] band) {
    int done = 0;
    while (done < height) {
      int first = sourceRow.applyAsInt(row + done);
      int count = 1;
      while (done + count < height && sourceRow.applyAsInt(row + done + count) == first + count) {
        count++;
      }
      from.copyTo(FloatBuffer.wrap(band, done * columns, count * columns), first * columns);
      done += count;
    }
  }
}
