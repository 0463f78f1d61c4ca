package dev.espalier.engine.pytorch;

import dev.espalier.engine.EngineProvider;
import dev.espalier.testkit.engine.EngineContract;
import org.junit.jupiter.api.Tag;

@Tag("native")
class PyTorchEngineTest extends EngineContract {
  @Override
  protected EngineProvider provider() {
    return new PyTorchEngineProvider();
  }
}
