package dev.espalier.models.mobilenet;

import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.Plugin;
import java.util.List;
import java.util.Map;

/** Contributes MobileNetV3-Small and Large. */
public final class MobileNetPlugin implements Plugin {
  private record Variant(String name, String description, MobileNetV3Builder builder)
      implements ModelProvider {
    @Override
    public Map<String, WeightNames> weightNames() {
      return builder.weightNames();
    }

    @Override
    public Model create(ModelRequest request) {
      return builder.request(request).build();
    }
  }

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
        new Variant(
            "mobilenetv3-small",
            "MobileNetV3-Small for images of 224 pixels, 2.5 million parameters",
            MobileNetV3.small()),
        new Variant(
            "mobilenetv3-large",
            "MobileNetV3-Large for images of 224 pixels, 5.5 million parameters",
            MobileNetV3.large()));
  }
}
