package dev.espalier.onnx;

import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes the export format {@code onnx}. */
public final class OnnxPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public OnnxPlugin() {}

  @Override
  public String id() {
    return "onnx";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<ExportFormat> exportFormats() {
    return List.of(Onnx.format());
  }
}
