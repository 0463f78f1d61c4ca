package dev.espalier.engine.pytorch;

import dev.espalier.engine.EngineProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes the PyTorch engine. */
public final class PyTorchPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public PyTorchPlugin() {}

  @Override
  public String id() {
    return "pytorch";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<EngineProvider> engines() {
    return List.of(new PyTorchEngineProvider());
  }
}
