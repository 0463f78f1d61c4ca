package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckpointKeepBestContractTest extends CallbackContract {
  @TempDir private Path folder;

  @Override
  protected Callback callback() {
    return ModelCheckpoint.toTemplate(folder.resolve("{epoch}-{loss:.3f}.safetensors").toString())
        .monitor("loss")
        .everySteps(2)
        .keepBest(2)
        .verbose(true);
  }
}
