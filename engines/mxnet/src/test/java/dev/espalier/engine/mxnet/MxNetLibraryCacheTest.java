package dev.espalier.engine.mxnet;

import dev.espalier.engine.EngineProvider;
import dev.espalier.testkit.engine.LibraryCacheContract;
import org.junit.jupiter.api.Tag;

@Tag("native")
class MxNetLibraryCacheTest extends LibraryCacheContract {
  @Override
  protected Class<? extends EngineProvider> provider() {
    return MxNetEngineProvider.class;
  }
}
