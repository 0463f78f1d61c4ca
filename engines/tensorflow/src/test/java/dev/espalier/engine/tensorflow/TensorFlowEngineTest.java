package dev.espalier.engine.tensorflow;

import dev.espalier.engine.EngineProvider;
import dev.espalier.testkit.engine.EngineContract;
import org.junit.jupiter.api.Tag;

@Tag("native")
class TensorFlowEngineTest extends EngineContract {
  @Override
  protected EngineProvider provider() {
    return new TensorFlowEngineProvider();
  }
}
