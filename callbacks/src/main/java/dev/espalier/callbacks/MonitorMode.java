package dev.espalier.callbacks;

import dev.espalier.metric.Goal;
import org.jspecify.annotations.Nullable;

/** How a file names the goal of a monitored metric. */
enum MonitorMode {
  /** As the loss and the metrics declare it: losses downwards, accuracies upwards. */
  AUTO(null),
  /** Smaller is better. */
  MIN(Goal.MIN),
  /** Larger is better. */
  MAX(Goal.MAX);

  private final @Nullable Goal goal;

  MonitorMode(@Nullable Goal goal) {
    this.goal = goal;
  }

  /** Returns what it means, or null for what the metric declares. */
  @Nullable Goal goal() {
    return goal;
  }
}
