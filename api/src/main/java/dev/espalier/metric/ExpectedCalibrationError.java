package dev.espalier.metric;

import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;
import java.util.List;

/**
 * Expected calibration error (Guo and others, 2017): how far the confidence of predictions is from
 * the fraction of them that are correct. The confidences, from 0 to 1, are divided into bins of
 * equal width, each without its lower and with its upper bound; the error is the mean over the
 * samples of the difference between mean confidence and accuracy of their bin.
 *
 * <p>The confidence is the largest output, and the prediction is correct if that is the true class.
 * With one output, it is the probability of the positive class, compared with how often that is
 * true. The matrix is the calibration curve: a row per bin with its number of samples (weighted,
 * the sum of their weights), mean confidence and accuracy. Immutable and thread-safe.
 *
 * @param bins number of bins, from 1 to 10000
 */
public record ExpectedCalibrationError(int bins) implements Metric {
  /** The usual number of bins. */
  static final int BINS = 15;

  private static final int MOST = 10_000;

  /** Checks the range. */
  public ExpectedCalibrationError {
    if (bins < 1 || bins > MOST) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A calibration error cannot be computed from " + bins + " bins.",
          "Give 1 to " + MOST + ", such as " + BINS + ".");
    }
  }

  /** Returns this metric with another number of bins. */
  public ExpectedCalibrationError bins(int value) {
    return new ExpectedCalibrationError(value);
  }

  @Override
  public String name() {
    return "expected_calibration_error";
  }

  @Override
  public Goal goal() {
    return Goal.MIN;
  }

  /** Returns no for multi-label targets: it asks for the one class of a sample. */
  @Override
  public boolean accepts(Target target) {
    return !target.multiLabel();
  }

  /** Returns the samples, the sum of their confidences and the correct ones by bin. */
  @Override
  public List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
    Shape column = Shape.of(Shape.UNKNOWN, 1);
    Tensor known = Targets.values(ops, name(), target, prediction);
    Tensor confidence;
    Tensor correct;
    if (prediction.shape().size(-1) == 1) {
      confidence = ops.reshape(prediction, column);
      correct = ops.reshape(known, column);
    } else {
      Tensor hits = CategoricalAccuracy.hits(ops, name(), target, prediction);
      Tensor comparable = CategoricalAccuracy.comparable(ops, prediction);
      confidence = ops.reduce(Reduction.MAX, comparable, true, -1);
      correct = ops.reshape(hits, column);
    }
    Tensor weight = ops.reshape(sampleWeight, column);
    Tensor member = ops.multiply(bin(ops, confidence), weight);
    return List.of(
        ops.sum(member, 0),
        ops.sum(ops.multiply(member, confidence), 0),
        ops.sum(ops.multiply(member, correct), 0));
  }

  /** Returns a one-hot vector of the bin of each confidence. */
  private Tensor bin(Ops ops, Tensor confidence) {
    float[] lower = new float[bins];
    float[] upper = new float[bins];
    for (int i = 0; i < bins; i++) {
      lower[i] = i == 0 ? Float.NEGATIVE_INFINITY : (float) ((double) i / bins);
      upper[i] = i == bins - 1 ? Float.POSITIVE_INFINITY : (float) ((i + 1.0) / bins);
    }
    return ops.subtract(above(ops, confidence, lower), above(ops, confidence, upper));
  }

  private Tensor above(Ops ops, Tensor confidence, float[] bounds) {
    Tensor row = ops.constant(HostArray.wrap(Shape.of(1, bins), bounds));
    return ops.cast(ops.compare(Comparison.GREATER, confidence, row), DataType.FLOAT32);
  }

  @Override
  public MetricResult result(MetricSums sums) {
    double[] samples = sums.values(0);
    double[] confidences = sums.values(1);
    double[] correct = sums.values(2);
    double[] curve = new double[3 * bins];
    double error = 0;
    double total = 0;
    for (int i = 0; i < bins; i++) {
      error += Math.abs(confidences[i] - correct[i]);
      total += samples[i];
      curve[3 * i] = samples[i];
      curve[3 * i + 1] = ClassCounts.ratio(confidences[i], samples[i]);
      curve[3 * i + 2] = ClassCounts.ratio(correct[i], samples[i]);
    }
    return MetricResult.of(name(), ClassCounts.ratio(error, total)).withMatrix(Matrix.of(3, curve));
  }
}
