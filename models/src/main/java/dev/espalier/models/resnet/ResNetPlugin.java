package dev.espalier.models.resnet;

import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.Plugin;
import java.util.List;
import java.util.Map;

/** Contributes ResNet-18, 34, 50 and 101. */
public final class ResNetPlugin implements Plugin {
  private record Variant(String name, String description, ResNetBuilder builder)
      implements ModelProvider {
    private static final OptionDescription<ResNetOrigin> ORIGIN =
        OptionDescription.constant(
            "origin",
            ResNetOrigin.class,
            "Project whose ResNet this is; recognized by the names of the weights by default.");

    @Override
    public List<OptionDescription<?>> options() {
      return List.of(ORIGIN);
    }

    @Override
    public Map<String, WeightNames> weightNames() {
      return builder.weightNames();
    }

    @Override
    public Model create(ModelRequest request) {
      ResNetBuilder requested = builder.request(request);
      ResNetOrigin origin = request.options().find(ORIGIN);
      return (origin == null ? requested : requested.origin(origin)).build();
    }
  }

  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public ResNetPlugin() {}

  @Override
  public String id() {
    return "resnet";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<ModelProvider> models() {
    return List.of(
        model("18", "11.7", ResNet.resnet18()),
        model("34", "21.8", ResNet.resnet34()),
        model("50", "25.6", ResNet.resnet50()),
        model("101", "44.7", ResNet.resnet101()));
  }

  private static ModelProvider model(String depth, String millions, ResNetBuilder builder) {
    String description =
        "ResNet-" + depth + " for images of 224 pixels, " + millions + " million parameters";
    return new Variant("resnet-" + depth, description, builder);
  }
}
