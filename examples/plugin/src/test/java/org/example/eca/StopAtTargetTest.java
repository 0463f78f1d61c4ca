package org.example.eca;

import dev.espalier.testkit.training.CallbackContract;
import dev.espalier.callback.Callback;

class StopAtTargetTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return new StopAtTarget("val_accuracy", 0.4);
  }
}
