package dev.espalier.engine.onnxruntime;

import dev.espalier.engine.EngineProvider;
import dev.espalier.testkit.engine.LibraryCacheContract;
import org.junit.jupiter.api.Tag;

@Tag("native")
class OnnxRuntimeLibraryCacheTest extends LibraryCacheContract {
  @Override
  protected Class<? extends EngineProvider> provider() {
    return OnnxRuntimeEngineProvider.class;
  }
}
