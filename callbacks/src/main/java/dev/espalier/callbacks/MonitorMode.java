package dev.espalier.callbacks;

/** Whether a lower or a higher value of a monitored metric is better. */
public enum MonitorMode {
  /** As the loss and the metrics declare it: losses downwards, accuracies upwards. */
  AUTO,
  /** Smaller is better. */
  MIN,
  /** Larger is better. */
  MAX
}
