package dev.espalier.metric;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Arrays;
import java.util.Objects;

/** A matrix of values, such as a confusion matrix. Immutable. */
public final class Matrix {
  private final int columns;
  private final double[] values;

  private Matrix(int columns, double[] values) {
    this.columns = columns;
    this.values = values;
  }

  /**
   * Returns a matrix.
   *
   * @param columns 1 or more
   * @param values row after row; copied
   * @throws EspalierException {@code SHAPE_MISMATCH} if they do not fill rows
   */
  public static Matrix of(int columns, double... values) {
    if (columns < 1 || values.length % columns != 0) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          values.length + " values do not fill rows of " + columns + " columns.",
          "Give one value for each column of each row.");
    }
    return new Matrix(columns, values.clone());
  }

  /** Returns the number of rows. */
  public int rows() {
    return values.length / columns;
  }

  /** Returns the number of columns. */
  public int columns() {
    return columns;
  }

  /** Returns a number; rows and columns count from 0. */
  public double at(int row, int column) {
    return values[row * columns + Objects.checkIndex(column, columns)];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matrix matrix
        && columns == matrix.columns
        && Arrays.equals(values, matrix.values);
  }

  @Override
  public int hashCode() {
    return 31 * columns + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Matrix " + rows() + "x" + columns;
  }
}
