package dev.espalier.engine.tensorflow;

import dev.espalier.engine.EngineProvider;
import dev.espalier.testkit.engine.LibraryCacheContract;
import org.junit.jupiter.api.Tag;

@Tag("native")
class TensorFlowLibraryCacheTest extends LibraryCacheContract {
  @Override
  protected Class<? extends EngineProvider> provider() {
    return TensorFlowEngineProvider.class;
  }
}
