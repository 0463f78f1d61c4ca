package dev.espalier.benchmarks;

import dev.espalier.callback.Callback;
import java.util.ArrayList;
import java.util.List;

/** Collects the time from the end of one batch to the end of the next, in seconds. */
final class StepTimes implements Callback {
  private final List<Double> seconds = new ArrayList<>();
  private long last;

  @Override
  public void onEpochBegin(EpochBegin event) {
    last = System.nanoTime();
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    step();
  }

  @Override
  public void onTestBegin(TestBegin event) {
    last = System.nanoTime();
  }

  @Override
  public void onTestBatchEnd(BatchEnd event) {
    step();
  }

  private void step() {
    long now = System.nanoTime();
    seconds.add((now - last) / 1e9);
    last = now;
  }

  /** Returns the median of samples per second over the steps after the first {@code warmUp}. */
  double medianRate(int batchSize, int warmUp) {
    return median(seconds.stream().skip(warmUp).map(second -> batchSize / second).toList());
  }

  /** Returns the middle one of several values, or the mean of the middle two. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
