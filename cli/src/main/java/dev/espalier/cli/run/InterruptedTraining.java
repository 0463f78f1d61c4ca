package dev.espalier.cli.run;

import dev.espalier.callback.Callback;

/**
 * Interrupts the training thread when the process is asked to exit, between two steps, so that no
 * file being read is affected. Later callbacks may write a checkpoint before training ends.
 */
record InterruptedTraining(Interruption interruption) implements Callback {
  private void look() {
    if (interruption.requested()) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    look();
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    look();
  }

  @Override
  public void onTestBatchEnd(BatchEnd event) {
    look();
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    look();
  }
}
