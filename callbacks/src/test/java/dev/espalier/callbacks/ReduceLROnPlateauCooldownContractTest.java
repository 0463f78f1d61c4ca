package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;

/** With epochs that are not counted, which would count if an interruption lost their number. */
class ReduceLROnPlateauCooldownContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return ReduceLROnPlateau.on("val_loss").factor(0.5).patience(2).cooldown(3).verbose(true);
  }
}
