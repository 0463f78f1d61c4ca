package dev.espalier.engine.mxnet;

import dev.espalier.engine.EngineProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes the MXNet engine. */
public final class MxNetPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public MxNetPlugin() {}

  @Override
  public String id() {
    return "mxnet";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<EngineProvider> engines() {
    return List.of(new MxNetEngineProvider());
  }
}
