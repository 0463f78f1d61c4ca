package dev.espalier.engine.tensorflow;

import dev.espalier.engine.EngineProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes the TensorFlow engine. */
public final class TensorFlowPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public TensorFlowPlugin() {}

  @Override
  public String id() {
    return "tensorflow";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<EngineProvider> engines() {
    return List.of(new TensorFlowEngineProvider());
  }
}
