package dev.espalier.models.mobilenet;

import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes MobileNetV3-Small and Large. */
public final class MobileNetPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public MobileNetPlugin() {}

  @Override
  public String id() {
    return "mobilenet";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<ModelProvider> models() {
    return List.of(
        MobileNetV3.small()
            .provider("MobileNetV3-Small for images of 224 pixels, 2.5 million parameters"),
        MobileNetV3.large()
            .provider("MobileNetV3-Large for images of 224 pixels, 5.5 million parameters"));
  }
}
