package dev.espalier.callbacks;

import dev.espalier.metric.Goal;
import org.jspecify.annotations.Nullable;

/** The names of goals in configuration files. */
enum MonitorMode {
  /** As the loss and the metrics declare: minimize losses, maximize accuracies. */
  AUTO(null),
  /** Smaller is better. */
  MIN(Goal.MIN),
  /** Larger is better. */
  MAX(Goal.MAX);

  private final @Nullable Goal goal;

  MonitorMode(@Nullable Goal goal) {
    this.goal = goal;
  }

  /** Returns the goal, or null for what the metric declares. */
  @Nullable Goal goal() {
    return goal;
  }
}
