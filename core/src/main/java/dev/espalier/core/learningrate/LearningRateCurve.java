package dev.espalier.core.learningrate;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Loss over the learning rate, as {@link LearningRateFinder} measured it. Immutable.
 *
 * @param points in ascending order of the learning rate; fewer than asked for if the loss diverged
 * @param diverged whether the test ended early because the loss exploded
 */
public record LearningRateCurve(List<Point> points, boolean diverged) {
  /** Fraction of the points at the start that do not count: their mean is of few batches. */
  private static final double UNSETTLED = 0.1;

  /** Fraction of the points on each side from which a slope is computed, against noise. */
  private static final double NEIGHBOURS = 0.05;

  /** The loss explodes where it is smallest; a tenth of that learning rate is safe. */
  private static final double SAFETY = 10;

  /** Copies the list. */
  public LearningRateCurve {
    points = List.copyOf(points);
  }

  /**
   * The loss at a learning rate.
   *
   * @param learningRate of one update of the weights
   * @param loss of the batch before the update
   * @param smoothedLoss exponential moving average of the losses up to here
   */
  public record Point(double learningRate, double loss, double smoothedLoss) {
    private double logarithm() {
      return Math.log(learningRate);
    }
  }

  /**
   * Returns the learning rate at which the smoothed loss falls fastest, per factor of the learning
   * rate, before its minimum; null if it does not fall.
   */
  public @Nullable Double steepest() {
    return IntStream.range(settled() + 1, lowest())
        .filter(i -> slope(i) < 0)
        .boxed()
        .min(Comparator.comparingDouble(this::slope))
        .map(i -> points.get(i).learningRate())
        .orElse(null);
  }

  /**
   * Returns a tenth of the learning rate at which the smoothed loss is smallest; null if it does
   * not fall.
   */
  public @Nullable Double tenthOfMinimum() {
    return lowest() <= settled() ? null : points.get(lowest()).learningRate() / SAFETY;
  }

  /**
   * Returns the learning rate to start from: {@link #steepest}, or {@link #tenthOfMinimum} if that
   * is smaller; null if the loss does not fall.
   */
  public @Nullable Double suggestion() {
    Double steepest = steepest();
    Double tenth = tenthOfMinimum();
    return steepest == null || tenth == null ? null : Double.valueOf(Math.min(steepest, tenth));
  }

  /** Returns the index of the first point that counts. */
  private int settled() {
    return (int) (UNSETTLED * points.size());
  }

  /** Returns the index of the smallest smoothed loss, -1 if there is none. */
  private int lowest() {
    return IntStream.range(settled(), points.size())
        .filter(i -> Double.isFinite(points.get(i).smoothedLoss()))
        .boxed()
        .min(Comparator.comparingDouble(i -> points.get(i).smoothedLoss()))
        .orElse(-1);
  }

  /** Returns the slope of the line through the neighbours of a point, by least squares. */
  private double slope(int index) {
    int width = Math.max(1, (int) (NEIGHBOURS * points.size()));
    List<Point> near =
        points.subList(Math.max(0, index - width), Math.min(points.size(), index + width + 1));
    double x = near.stream().mapToDouble(Point::logarithm).average().orElse(0);
    double y = near.stream().mapToDouble(Point::smoothedLoss).average().orElse(0);
    double products = 0;
    double squares = 0;
    for (Point point : near) {
      double distance = point.logarithm() - x;
      products += distance * (point.smoothedLoss() - y);
      squares += distance * distance;
    }
    return products / squares;
  }
}
