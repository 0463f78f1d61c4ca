package dev.espalier.callbacks;

import dev.espalier.testkit.training.CallbackContract;
import dev.espalier.training.Callback;

/** With epochs that are not counted, which would count if an interruption lost their number. */
class ReduceLrOnPlateauCooldownContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return ReduceLrOnPlateau.on("val_loss").factor(0.5).patience(2).cooldown(3).verbose(true);
  }
}
