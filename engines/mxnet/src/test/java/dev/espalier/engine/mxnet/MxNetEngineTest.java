package dev.espalier.engine.mxnet;

import dev.espalier.engine.EngineProvider;
import dev.espalier.testkit.engine.EngineContract;
import org.junit.jupiter.api.Tag;

@Tag("native")
class MxNetEngineTest extends EngineContract {
  @Override
  protected EngineProvider provider() {
    return new MxNetEngineProvider();
  }
}
