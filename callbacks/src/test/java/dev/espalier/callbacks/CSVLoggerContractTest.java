package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

class CSVLoggerContractTest extends CallbackContract {
  @TempDir private Path folder;

  @Override
  protected Callback callback() {
    return CSVLogger.to(folder.resolve(UUID.randomUUID() + ".csv"));
  }
}
