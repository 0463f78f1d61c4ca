package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;
import java.nio.file.Path;

class ModelCheckpointContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return ModelCheckpoint.to(Path.of("best.safetensors")).saveBestOnly(true).verbose(true);
  }
}
