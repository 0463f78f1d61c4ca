package dev.espalier.engine.pytorch;

import dev.espalier.engine.EngineProvider;
import dev.espalier.testkit.engine.LibraryCacheContract;
import org.junit.jupiter.api.Tag;

@Tag("native")
class PyTorchLibraryCacheTest extends LibraryCacheContract {
  @Override
  protected Class<? extends EngineProvider> provider() {
    return PyTorchEngineProvider.class;
  }
}
