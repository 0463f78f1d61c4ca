package dev.espalier.core.internal.training;

import java.io.Serializable;

/**
 * How long steps took on a replica, in nanoseconds. Immutable.
 *
 * @param steps number of steps
 * @param loading waiting for batches
 * @param computing phases of steps
 * @param exchanging waiting for other replicas, and for what they contribute
 */
public record StepTimes(long steps, long loading, long computing, long exchanging)
    implements Serializable {
  /** Returns the times of no steps. */
  public static StepTimes none() {
    return new StepTimes(0, 0, 0, 0);
  }

  /** Returns these times and those of further steps, added up. */
  public StepTimes plus(StepTimes more) {
    return new StepTimes(
        steps + more.steps,
        loading + more.loading,
        computing + more.computing,
        exchanging + more.exchanging);
  }
}
