package dev.espalier.core.dataquality;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import java.nio.FloatBuffer;

/** Features of samples, one row each. Immutable. */
final class FeatureRows {
  private final FloatBuffer values;
  private final int width;
  private final double[] inverseNorms;

  private FeatureRows(FloatBuffer values, int rows, int width) {
    this.values = values;
    this.width = width;
    this.inverseNorms = new double[rows];
    for (int row = 0; row < rows; row++) {
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += at(row, i) * at(row, i);
      }
      inverseNorms[row] = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    }
  }

  /**
   * Returns the rows of an array.
   *
   * @throws EspalierException {@link ErrorCode#SHAPE_MISMATCH} if it is not {@code [samples,
   *     features]}; {@link ErrorCode#INVALID_ARGUMENT} if a value is not finite
   */
  static FeatureRows of(HostArray features) {
    if (features.shape().rank() != 2) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "Features have the shape " + features.shape() + ".",
          "Give a vector for each sample, [samples, features].");
    }
    int width = features.shape().size(1);
    FloatBuffer values = features.floats();
    for (int i = 0; i < features.elementCount(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "The features of sample " + i / width + " contain " + values.get(i) + ".",
            "Use a model whose weights are finite.");
      }
    }
    return new FeatureRows(values, features.shape().size(0), width);
  }

  int count() {
    return inverseNorms.length;
  }

  int width() {
    return width;
  }

  double at(int row, int feature) {
    return values.get(row * width + feature);
  }

  /** Returns the factor that makes a row a unit vector; 0 for a row of zeros. */
  double inverseNorm(int row) {
    return inverseNorms[row];
  }
}
