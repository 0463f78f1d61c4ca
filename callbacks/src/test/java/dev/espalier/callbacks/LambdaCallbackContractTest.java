package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;

class LambdaCallbackContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return LambdaCallback.of(
        hooks ->
            hooks.onEpochEnd(event -> event.control().message("epoch " + event.epoch() + " ends")));
  }
}
