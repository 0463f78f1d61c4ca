package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;

class EarlyStoppingContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return EarlyStopping.on("val_loss").patience(2).restoreBestWeights(true).verbose(true);
  }
}
