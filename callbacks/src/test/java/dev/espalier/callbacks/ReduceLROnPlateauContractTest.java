package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;

class ReduceLROnPlateauContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return ReduceLROnPlateau.on("val_loss").factor(0.5).patience(2).verbose(true);
  }
}
