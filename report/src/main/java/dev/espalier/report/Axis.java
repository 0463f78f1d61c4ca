package dev.espalier.report;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis of a chart. Immutable.
 *
 * @param low value at its start
 * @param high value at its end, above {@code low}
 * @param logarithmic whether equal distances are equal ratios
 * @param ticks the values to mark
 */
record Axis(double low, double high, boolean logarithmic, List<Double> ticks) {
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};

  /** Returns an axis that shows all of a range, with about so many ticks. */
  static Axis linear(double least, double most, int count) {
    double low = least;
    double high = most;
    if (!(high > low)) {
      double room = low == 0 ? 1 : Math.abs(low) / 2;
      low -= room;
      high += room;
      if (least >= 0) {
        low = Math.max(0, low);
      }
    }
    double step = step((high - low) / count);
    double first = Math.floor(low / step + 1e-9);
    double last = Math.ceil(high / step - 1e-9);
    List<Double> ticks = new ArrayList<>();
    for (double i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return new Axis(first * step, last * step, false, ticks);
  }

  /** Returns an axis of whole numbers without room at its ends. */
  static Axis ofWhole(int first, int last, int count) {
    double step = Math.max(1, Math.ceil(step((double) (last - first) / count)));
    List<Double> ticks = new ArrayList<>();
    ticks.add((double) first);
    for (double tick = Math.floor(first / step) * step; tick < last; tick += step) {
      // Not where it would be in the way of the first or last.
      if (tick - first > step / 2 && last - tick > step / 2) {
        ticks.add(tick);
      }
    }
    if (last > first) {
      ticks.add((double) last);
    }
    return new Axis(first, Math.max(last, first + 1), false, ticks);
  }

  /** Returns a logarithmic axis of a range above 0. */
  static Axis logarithmic(double least, double most) {
    int first = (int) Math.floor(Math.log10(least) + 1e-9);
    int last = (int) Math.ceil(Math.log10(most) - 1e-9);
    List<Double> all = new ArrayList<>();
    for (int power = first; power <= Math.max(last, first + 1); power++) {
      for (double factor : new double[] {1, 2, 5}) {
        all.add(factor * Math.pow(10, power));
      }
    }
    double low = all.stream().filter(tick -> tick <= least * 1.001).reduce(all.get(0), Math::max);
    double high =
        all.stream().filter(tick -> tick >= most * 0.999 && tick > low).findFirst().orElse(most);
    boolean few = Math.log10(high / low) < 1.8;
    int step = Math.max(1, (last - first + 3) / 5);
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      double tick = all.get(i);
      if (tick >= low * 0.999 && tick <= high * 1.001 && (few || i % (3 * step) == 0)) {
        ticks.add(tick);
      }
    }
    return new Axis(low, high, true, ticks);
  }

  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : STEPS) {
      if (factor * power >= least * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** Returns where a value is, from 0 to 1. */
  double at(double value) {
    return logarithmic
        ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }
}
