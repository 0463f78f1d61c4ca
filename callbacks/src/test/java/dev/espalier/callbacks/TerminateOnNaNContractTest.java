package dev.espalier.callbacks;

import dev.espalier.testkit.training.CallbackContract;
import dev.espalier.training.Callback;

class TerminateOnNaNContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return TerminateOnNaN.create();
  }
}
