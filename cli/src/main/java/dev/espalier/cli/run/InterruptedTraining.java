package dev.espalier.cli.run;

import dev.espalier.callback.Callback;

/**
 * Interrupts the thread that trains when the process is asked to end, between two steps, where that
 * harms no file that is being read. Callbacks behind it may write a checkpoint before training
 * ends.
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
