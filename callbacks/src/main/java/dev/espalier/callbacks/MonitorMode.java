package dev.espalier.callbacks;

/** Which way a monitored figure improves. */
public enum MonitorMode {
  /** As the loss and the metrics declare it: losses downwards, accuracies upwards. */
  AUTO,
  /** Smaller is better. */
  MIN,
  /** Larger is better. */
  MAX
}
