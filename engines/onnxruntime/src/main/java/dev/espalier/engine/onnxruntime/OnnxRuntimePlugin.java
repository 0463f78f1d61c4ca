package dev.espalier.engine.onnxruntime;

import dev.espalier.engine.EngineProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes the ONNX Runtime engine. */
public final class OnnxRuntimePlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public OnnxRuntimePlugin() {}

  @Override
  public String id() {
    return "onnxruntime";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<EngineProvider> engines() {
    return List.of(new OnnxRuntimeEngineProvider());
  }
}
