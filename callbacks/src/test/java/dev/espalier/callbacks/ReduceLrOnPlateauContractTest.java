package dev.espalier.callbacks;

import dev.espalier.testkit.training.CallbackContract;
import dev.espalier.training.Callback;

class ReduceLrOnPlateauContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return ReduceLrOnPlateau.on("val_loss").factor(0.5).patience(2).verbose(true);
  }
}
