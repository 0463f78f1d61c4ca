package dev.espalier.training;

/** Which way a metric or loss improves. */
public enum Goal {
  /** Smaller is better, as for a loss or an error. */
  MIN,
  /** Larger is better, as for an accuracy. */
  MAX
}
