package dev.espalier.core.distributed;

import dev.espalier.core.internal.training.StepTimes;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How long the training steps of a worker took, on average. A worker that others wait for computes
 * or loads longer and exchanges shorter than they do. Immutable.
 *
 * @param worker its name
 * @param steps number of steps
 * @param loading milliseconds per step of waiting for batches
 * @param computing milliseconds per step of computing
 * @param exchanging milliseconds per step of waiting for other workers and what they computed
 */
public record WorkerTimes(
    String worker, long steps, double loading, double computing, double exchanging) {
  private static final double STRAGGLES = 1.5;

  static WorkerTimes of(String worker, StepTimes times) {
    return new WorkerTimes(
        worker,
        times.steps(),
        millis(times.loading(), times),
        millis(times.computing(), times),
        millis(times.exchanging(), times));
  }

  private static double millis(long nanos, StepTimes times) {
    return nanos / 1e6 / times.steps();
  }

  /** Returns how long the worker is busy in a step, in milliseconds. */
  public double busy() {
    return loading + computing;
  }

  /**
   * Returns the workers that need for a step more than one and a half times as long as the median
   * worker, the slowest first.
   */
  public static List<WorkerTimes> stragglers(Collection<WorkerTimes> all) {
    if (all.isEmpty()) {
      return List.of();
    }
    List<WorkerTimes> sorted =
        all.stream().sorted(Comparator.comparingDouble(WorkerTimes::busy)).toList();
    double median = sorted.get((sorted.size() - 1) / 2).busy();
    return sorted.stream()
        .filter(times -> times.busy() > STRAGGLES * median)
        .sorted(Comparator.comparingDouble(WorkerTimes::busy).reversed())
        .toList();
  }

  /** Returns the times in words. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %.1f ms per step loading, %.1f ms computing, %.1f ms exchanging",
        worker,
        loading,
        computing,
        exchanging);
  }
}
