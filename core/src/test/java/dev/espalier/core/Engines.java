package dev.espalier.core;

import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Registries for tests. */
final class Engines {
  private Engines() {}

  /** Returns a registry whose only engine is the one that the tests train on. */
  static PluginRegistry reference() {
    return with(new TensorFlowEngineProvider());
  }

  static PluginRegistry with(EngineProvider... providers) {
    return PluginRegistry.builder().add(new TestPlugin(List.of(providers))).build();
  }

  private record TestPlugin(List<EngineProvider> engines) implements Plugin {
    @Override
    public String id() {
      return "test-engines";
    }
  }
}
