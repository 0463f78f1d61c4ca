package dev.espalier.metric;

/** Whether a lower or a higher value of a metric or loss is better. */
public enum Goal {
  /** Smaller is better, as for a loss or an error. */
  MIN,
  /** Larger is better, as for an accuracy. */
  MAX
}
