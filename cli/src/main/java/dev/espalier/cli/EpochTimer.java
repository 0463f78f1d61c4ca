package dev.espalier.cli;

import dev.espalier.training.Callback;
import java.util.ArrayList;
import java.util.List;

/** Measures how long each epoch takes, its validation included. */
final class EpochTimer implements Callback {
  private final List<Double> seconds = new ArrayList<>();
  private long start;

  @Override
  public void onEpochBegin(EpochBegin event) {
    start = System.nanoTime();
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    seconds.add((System.nanoTime() - start) / 1e9);
  }

  List<Double> seconds() {
    return seconds;
  }
}
