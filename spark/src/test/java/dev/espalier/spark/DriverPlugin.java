package dev.espalier.spark;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Brings an engine that only the driver has: the executors do not get this class. */
public final class DriverPlugin implements Plugin {
  @Override
  public String id() {
    return "driver";
  }

  @Override
  public List<EngineProvider> engines() {
    return List.of(new DriverOnly());
  }

  private static final class DriverOnly implements EngineProvider {
    private final EngineProvider usual = new TensorFlowEngineProvider();

    @Override
    public String name() {
      return "driver-only";
    }

    @Override
    public Availability probe(EngineOptions options) {
      return usual.probe(options);
    }

    @Override
    public Engine open(EngineOptions options) {
      return usual.open(options);
    }
  }
}
