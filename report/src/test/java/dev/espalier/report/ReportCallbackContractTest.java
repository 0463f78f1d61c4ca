package dev.espalier.report;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

class ReportCallbackContractTest extends CallbackContract {
  @TempDir private Path folder;

  @Override
  protected Callback callback() {
    return ReportCallback.to(folder.resolve(UUID.randomUUID() + ".html"));
  }
}
