package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;

class TerminateOnNaNContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return TerminateOnNaN.create();
  }
}
