package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckpointContractTest extends CallbackContract {
  @TempDir private Path folder;

  @Override
  protected Callback callback() {
    return ModelCheckpoint.to(folder.resolve("best.safetensors")).saveBestOnly(true).verbose(true);
  }
}
