package dev.espalier.report;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Confidence and accuracy of predictions in bins of confidence of equal width, each without its
 * lower and with its upper bound: the reliability diagram of Guo and others, On Calibration of
 * Modern Neural Networks, 2017. Immutable.
 *
 * @param bins from the lowest confidence to the highest, at least one
 */
public record CalibrationCurve(List<Bin> bins) {
  /** The usual number of bins, as in the metric. */
  static final int BINS = 15;

  /** Copies the list. */
  public CalibrationCurve {
    bins = List.copyOf(bins);
    if (bins.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A calibration curve has no bins.",
          "Give one or more, such as 15.");
    }
  }

  /**
   * One bin.
   *
   * @param samples number of predictions in it, or the sum of their weights
   * @param confidence their mean confidence, 0 without any
   * @param accuracy fraction of them that are correct, 0 without any
   */
  public record Bin(double samples, double confidence, double accuracy) {}

  /**
   * Returns the curve of the metric {@code expected_calibration_error}.
   *
   * @param matrix a row per bin: samples, mean confidence, accuracy
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if it has other columns or no rows
   */
  public static CalibrationCurve of(Matrix matrix) {
    if (matrix.columns() != 3) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A calibration curve cannot be read from " + matrix.columns() + " columns.",
          "Give samples, mean confidence and accuracy of each bin.");
    }
    List<Bin> bins = new ArrayList<>();
    for (int row = 0; row < matrix.rows(); row++) {
      bins.add(new Bin(matrix.at(row, 0), matrix.at(row, 1), matrix.at(row, 2)));
    }
    return new CalibrationCurve(bins);
  }

  /** Returns the mean difference between confidence and accuracy; 0 without samples. */
  public double expectedError() {
    double error = 0;
    double samples = 0;
    for (Bin bin : bins) {
      error += bin.samples() * Math.abs(bin.confidence() - bin.accuracy());
      samples += bin.samples();
    }
    return samples == 0 ? 0 : error / samples;
  }

  /** Counts predictions by confidence. Not thread-safe. */
  static final class Counts {
    private final double[] samples = new double[BINS];
    private final double[] confidences = new double[BINS];
    private final double[] correct = new double[BINS];

    void add(double confidence, boolean right) {
      int bin = Math.min(BINS - 1, Math.max(0, (int) Math.ceil(confidence * BINS) - 1));
      samples[bin]++;
      confidences[bin] += confidence;
      correct[bin] += right ? 1 : 0;
    }

    CalibrationCurve curve() {
      List<Bin> bins = new ArrayList<>();
      for (int i = 0; i < BINS; i++) {
        double count = Math.max(1, samples[i]);
        bins.add(new Bin(samples[i], confidences[i] / count, correct[i] / count));
      }
      return new CalibrationCurve(bins);
    }
  }
}
