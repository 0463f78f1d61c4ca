package dev.espalier.engine.tensorflow;

import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.testkit.engine.EngineContract;
import org.junit.jupiter.api.Tag;

/**
 * The contract of an engine that computes one sample after the other, wherever that is possible.
 */
@Tag("native")
@Tag("slow")
class SlicedBatchesTest extends EngineContract {
  @Override
  protected EngineProvider provider() {
    return oneSampleAtATime();
  }

  static EngineProvider oneSampleAtATime() {
    return new TensorFlowEngineProvider(
        TensorFlowEngineProvider.class.getClassLoader(), SliceLimits.singleSamples());
  }
}
