package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;

class LearningRateSchedulerContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return LearningRateScheduler.of((epoch, rate) -> rate / (epoch + 1)).verbose(true);
  }
}
