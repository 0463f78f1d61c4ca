package dev.espalier.metric;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Targets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Area under the ROC curve (recall over false positive rate) or the precision-recall curve,
 * computed as in Keras: at evenly spaced thresholds from 0 to 1, so that it approximates the exact
 * area of scikit-learn. Predictions are probabilities, float32 {@code [batch, n]}; with several
 * outputs, each class is compared with all others. A class without samples has the area 0.
 * Immutable and thread-safe.
 *
 * <p>Keras' {@code AUC} is the average {@link Average#MICRO}; with {@code multi_label=True}, it is
 * {@link Average#MACRO}. With one output, all averages are the same.
 *
 * @param curve ROC or precision-recall
 * @param summation how the area between two thresholds is computed
 * @param thresholds number of thresholds, from 2 to 10000
 * @param average how the areas of several classes become one; micro is the area of all outputs
 *     together
 * @param name name of the metric in the logs
 */
public record Auc(Curve curve, Summation summation, int thresholds, Average average, String name)
    implements Metric {
  /** Keras' number of thresholds. */
  static final int THRESHOLDS = 200;

  private static final int MOST = 10_000;

  /** Keeps the outermost thresholds outside of the range of probabilities; Keras' number. */
  private static final float EPSILON = 1e-7f;

  /** The curve whose area is computed. */
  public enum Curve {
    /** Receiver operating characteristic: recall over false positive rate. */
    ROC,
    /** Precision over recall. */
    PR
  }

  /** How the area between two thresholds is computed. */
  public enum Summation {
    /**
     * Linear interpolation for ROC; for precision-recall, interpolation of the true positives
     * (Davis and Goadrich, 2006).
     */
    INTERPOLATION,
    /** Rectangles of the smaller of the two heights. */
    MINORING,
    /** Rectangles of the larger of the two heights. */
    MAJORING
  }

  /** Checks the range. */
  public Auc {
    if (thresholds < 2 || thresholds > MOST) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The area under a curve cannot be computed from " + thresholds + " thresholds.",
          "Give 2 to " + MOST + ", such as " + THRESHOLDS + ".");
    }
  }

  /** Returns this metric with another way to compute the area between two thresholds. */
  public Auc summation(Summation value) {
    return with(copy -> copy.summation = value);
  }

  /** Returns this metric with another number of thresholds. */
  public Auc thresholds(int value) {
    return with(copy -> copy.thresholds = value);
  }

  /** Returns this metric with another average over the classes. */
  public Auc average(Average value) {
    return with(copy -> copy.average = value);
  }

  /** Returns this metric under another key; two of one training need different ones. */
  public Auc named(String key) {
    return with(copy -> copy.name = key);
  }

  @Override
  public Goal goal() {
    return Goal.MAX;
  }

  /** Returns true and false positives by class and threshold, and members and others by class. */
  @Override
  public List<Tensor> accumulate(Ops ops, Tensor target, Tensor prediction, Tensor sampleWeight) {
    Tensor known = Targets.values(ops, name, target, prediction);
    Shape shape = prediction.shape();
    ClassCounts.requireClasses(name, prediction);
    Tensor weight = ops.reshape(sampleWeight, Shape.of(Shape.UNKNOWN, 1));
    Tensor yes = ops.multiply(known, weight);
    Tensor no = ops.subtract(weight, yes);
    Shape each = Shape.of(Shape.UNKNOWN, shape.size(1), 1);
    Tensor above =
        ops.cast(
            ops.compare(Comparison.GREATER, ops.reshape(prediction, each), levels(ops)),
            DataType.FLOAT32);
    int[] axes = average == Average.MICRO ? new int[] {0, 1} : new int[] {0};
    return List.of(
        ops.sum(ops.multiply(above, ops.reshape(yes, each)), axes),
        ops.sum(ops.multiply(above, ops.reshape(no, each)), axes),
        ops.sum(yes, axes),
        ops.sum(no, axes));
  }

  /** Returns the thresholds, from just below 0 to just above 1. */
  private Tensor levels(Ops ops) {
    float[] values = new float[thresholds];
    for (int i = 0; i < thresholds; i++) {
      values[i] = (float) ((double) i / (thresholds - 1));
    }
    values[0] = -EPSILON;
    values[thresholds - 1] = 1 + EPSILON;
    return ops.constant(HostArray.wrap(Shape.of(1, 1, thresholds), values));
  }

  @Override
  public MetricResult result(MetricSums sums) {
    double[] members = sums.values(2);
    double[] others = sums.values(3);
    double[] areas = new double[members.length];
    for (int i = 0; i < areas.length; i++) {
      areas[i] = area(sums.values(0), sums.values(1), i * thresholds, members[i], others[i]);
    }
    return MetricResult.of(name, average.of(areas, members)).withMatrix(Matrix.of(1, areas));
  }

  private double area(
      double[] truePositives, double[] falsePositives, int start, double yes, double no) {
    double area = 0;
    for (int i = start; i < start + thresholds - 1; i++) {
      Point left = new Point(truePositives[i + 1], falsePositives[i + 1], yes, no);
      Point right = new Point(truePositives[i], falsePositives[i], yes, no);
      area +=
          curve == Curve.PR && summation == Summation.INTERPOLATION
              ? left.interpolatedTo(right)
              : width(left, right) * height(left, right);
    }
    return area;
  }

  private double width(Point left, Point right) {
    return curve == Curve.ROC
        ? right.falsePositiveRate() - left.falsePositiveRate()
        : right.recall() - left.recall();
  }

  private double height(Point left, Point right) {
    double a = curve == Curve.ROC ? left.recall() : left.precision();
    double b = curve == Curve.ROC ? right.recall() : right.precision();
    return switch (summation) {
      case INTERPOLATION -> (a + b) / 2;
      case MINORING -> Math.min(a, b);
      case MAJORING -> Math.max(a, b);
    };
  }

  /** A point of the curve, with all positive and negative samples. */
  private record Point(double truePositives, double falsePositives, double yes, double no) {
    double recall() {
      return ClassCounts.ratio(truePositives, yes);
    }

    double falsePositiveRate() {
      return ClassCounts.ratio(falsePositives, no);
    }

    double precision() {
      return ClassCounts.ratio(truePositives, predicted());
    }

    private double predicted() {
      return truePositives + falsePositives;
    }

    /**
     * Returns the area under the precision-recall curve up to the next point, where true positives
     * grow linearly with the predictions.
     */
    double interpolatedTo(Point next) {
      double more = next.truePositives - truePositives;
      double slope = ClassCounts.ratio(more, next.predicted() - predicted());
      double intercept = truePositives - slope * predicted();
      double growth = predicted() > 0 && next.predicted() > 0 ? next.predicted() / predicted() : 1;
      return ClassCounts.ratio(slope * (more + intercept * Math.log(growth)), yes);
    }
  }

  private Auc with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Auc(curve, copy.summation, copy.thresholds, copy.average, copy.name);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private Summation summation;
    private int thresholds;
    private Average average;
    private String name;

    Copy(Auc from) {
      summation = from.summation;
      thresholds = from.thresholds;
      average = from.average;
      name = from.name;
    }
  }
}
