package dev.espalier.callbacks;

import dev.espalier.testkit.training.CallbackContract;
import dev.espalier.training.Callback;
import java.nio.file.Path;

class ModelCheckpointContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return ModelCheckpoint.to(Path.of("best.safetensors")).saveBestOnly(true).verbose(true);
  }
}
