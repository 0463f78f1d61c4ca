package dev.espalier.core.internal.progress;

import java.util.function.LongSupplier;

/**
 * Measures an epoch or evaluation. The time per step excludes the first step, which includes
 * compilation and warm-up. Not thread-safe.
 */
final class StepTimer {
  private final LongSupplier nanoClock;
  private long start;
  private long afterFirst;
  private int steps;

  StepTimer(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  void start() {
    start = nanoClock.getAsLong();
    steps = 0;
  }

  void step() {
    steps++;
    if (steps == 1) {
      afterFirst = nanoClock.getAsLong();
    }
  }

  int steps() {
    return steps;
  }

  /** Returns the seconds since the start. */
  double elapsed() {
    return (nanoClock.getAsLong() - start) * 1e-9;
  }

  /** Returns the seconds per step; at the end of an epoch this includes validation, as in Keras. */
  double perStep() {
    if (steps == 0) {
      return 0;
    }
    long now = nanoClock.getAsLong();
    return steps == 1 ? (now - start) * 1e-9 : (now - afterFirst) * 1e-9 / (steps - 1);
  }
}
