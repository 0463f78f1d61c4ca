package dev.espalier.core.internal.progress;

import dev.espalier.callback.ProgressReporter;

/**
 * Shows the progress of a training or evaluation. By default it is the last callback, so that
 * messages of others about an epoch appear above its line and their additions to the logs are
 * included.
 */
public final class ProgressCallback implements ProgressReporter {
  private final ProgressDisplay display;
  private boolean training;
  private int epochs;
  private int steps;

  /** Creates a callback for a display. */
  public ProgressCallback(ProgressDisplay display) {
    this.display = display;
  }

  /** Returns what it shows progress on. */
  public ProgressDisplay display() {
    return display;
  }

  @Override
  public void message(String text) {
    display.message(text);
  }

  @Override
  public void onTrainEnd(TrainEnd event) {
    training = false;
  }

  @Override
  public void onException(Failure event) {
    training = false;
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    training = true;
    epochs = event.epochs();
    steps = event.steps();
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    if (epochs > 1) {
      display.heading("Epoch " + (event.epoch() + 1) + "/" + epochs);
    }
    display.begin(steps);
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    display.step(event.logs());
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    display.finish(event.logs());
  }

  @Override
  public void onTestBegin(TestBegin event) {
    if (!training) {
      display.begin(event.steps());
    }
  }

  @Override
  public void onTestBatchEnd(BatchEnd event) {
    if (!training) {
      display.step(event.logs());
    }
  }

  @Override
  public void onTestEnd(TestEnd event) {
    if (!training) {
      display.finish(event.logs());
    }
  }
}
