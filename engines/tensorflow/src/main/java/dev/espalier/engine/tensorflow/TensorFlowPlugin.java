package dev.espalier.engine.tensorflow;

import dev.espalier.engine.EngineProvider;
import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes the TensorFlow engine and the export format {@code saved-model}. */
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

  @Override
  public List<ExportFormat> exportFormats() {
    return List.of(new SavedModelFormat(new TensorFlowEngineProvider()));
  }
}
