package dev.espalier.engine.pytorch;

import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.testkit.engine.EngineContract;
import org.junit.jupiter.api.Tag;

/**
 * The contract of an engine that computes one sample after the other, wherever that is possible.
 */
@Tag("native")
class SlicedBatchesTest extends EngineContract {
  @Override
  protected EngineProvider provider() {
    return new PyTorchEngineProvider(
        PyTorchEngineProvider.class.getClassLoader(), SliceLimits.singleSamples());
  }
}
