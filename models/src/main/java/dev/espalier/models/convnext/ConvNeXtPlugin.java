package dev.espalier.models.convnext;

import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes ConvNeXt-Tiny, Small and Base. */
public final class ConvNeXtPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public ConvNeXtPlugin() {}

  @Override
  public String id() {
    return "convnext";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<ModelProvider> models() {
    return List.of(
        model("Tiny", "28.6", ConvNeXt.tiny()),
        model("Small", "50.2", ConvNeXt.small()),
        model("Base", "88.6", ConvNeXt.base()));
  }

  private static ModelProvider model(String size, String millions, ConvNeXtBuilder builder) {
    return builder.provider(
        "ConvNeXt-" + size + " for images of 224 pixels, " + millions + " million parameters");
  }
}
