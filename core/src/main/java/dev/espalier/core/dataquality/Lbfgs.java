package dev.espalier.core.dataquality;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimizes a smooth convex function with limited-memory BFGS (Nocedal and Wright, Numerical
 * Optimization, algorithm 7.5) and a backtracking line search.
 */
final class Lbfgs {
  private static final int MEMORY = 6;
  private static final int MOST_ITERATIONS = 200;
  private static final int MOST_HALVINGS = 30;
  private static final double SUFFICIENT_DECREASE = 1e-4;

  private Lbfgs() {}

  /** A function of several variables. */
  interface Objective {
    /**
     * Returns the value.
     *
     * @param gradient is overwritten with the gradient
     */
    double at(double[] point, double[] gradient);
  }

  /** A step that was taken, and how it changed the gradient. */
  private static final class Step {
    private final double[] moved;
    private final double[] change;
    private final double curvature;

    private Step(double[] moved, double[] change) {
      this.moved = moved;
      this.change = change;
      this.curvature = dot(moved, change);
    }
  }

  /**
   * Returns the minimum.
   *
   * @param start where to begin; overwritten
   * @param tolerance largest absolute value in the gradient at which to stop
   */
  static double[] minimize(Objective objective, double[] start, double tolerance) {
    double[] point = start;
    double[] gradient = new double[point.length];
    double value = objective.at(point, gradient);
    Deque<Step> past = new ArrayDeque<>();
    for (int i = 0; i < MOST_ITERATIONS && largest(gradient) > tolerance; i++) {
      double[] direction = direction(gradient, past);
      double slope = dot(gradient, direction);
      double length = past.isEmpty() ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
      double[] next = new double[point.length];
      double[] nextGradient = new double[point.length];
      double nextValue = Double.NaN;
      int halvings = 0;
      for (; halvings < MOST_HALVINGS; halvings++) {
        for (int j = 0; j < next.length; j++) {
          next[j] = point[j] + length * direction[j];
        }
        nextValue = objective.at(next, nextGradient);
        if (nextValue <= value + SUFFICIENT_DECREASE * length * slope) {
          break;
        }
        length /= 2;
      }
      if (halvings == MOST_HALVINGS) {
        return point; // no further progress in double precision
      }
      remember(past, difference(next, point), difference(nextGradient, gradient));
      point = next;
      gradient = nextGradient;
      value = nextValue;
    }
    return point;
  }

  private static void remember(Deque<Step> past, double[] moved, double[] change) {
    Step step = new Step(moved, change);
    if (step.curvature > 0) {
      past.addLast(step);
      if (past.size() > MEMORY) {
        past.removeFirst();
      }
    }
  }

  /** Returns the negative gradient times an estimate of the inverse Hessian. */
  private static double[] direction(double[] gradient, Deque<Step> past) {
    double[] direction = Arrays.stream(gradient).map(value -> -value).toArray();
    double[] weights = new double[past.size()];
    int i = 0;
    for (Iterator<Step> steps = past.descendingIterator(); steps.hasNext(); i++) {
      Step step = steps.next();
      weights[i] = dot(step.moved, direction) / step.curvature;
      add(direction, -weights[i], step.change);
    }
    if (!past.isEmpty()) {
      Step last = past.getLast();
      double scale = last.curvature / dot(last.change, last.change);
      for (int j = 0; j < direction.length; j++) {
        direction[j] *= scale;
      }
    }
    for (Step step : past) {
      i--;
      double correction = dot(step.change, direction) / step.curvature;
      add(direction, weights[i] - correction, step.moved);
    }
    return direction;
  }

  private static void add(double[] sum, double factor, double[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * values[i];
    }
  }

  private static double[] difference(double[] one, double[] other) {
    double[] difference = new double[one.length];
    for (int i = 0; i < one.length; i++) {
      difference[i] = one[i] - other[i];
    }
    return difference;
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
