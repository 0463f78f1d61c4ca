package dev.espalier.models;

import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Contributes EfficientNet B0 to B8 and L2, EfficientNet-Lite 0 to 4 and EfficientNetV2. */
public final class EfficientNetPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public EfficientNetPlugin() {}

  @Override
  public String id() {
    return "efficientnet";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<ModelProvider> models() {
    return List.of(
        model("efficientnet-b0", "EfficientNet-B0", "5.3", EfficientNet.b0()),
        model("efficientnet-b1", "EfficientNet-B1", "7.9", EfficientNet.b1()),
        model("efficientnet-b2", "EfficientNet-B2", "9.2", EfficientNet.b2()),
        model("efficientnet-b3", "EfficientNet-B3", "12.3", EfficientNet.b3()),
        model("efficientnet-b4", "EfficientNet-B4", "19.5", EfficientNet.b4()),
        model("efficientnet-b5", "EfficientNet-B5", "30.6", EfficientNet.b5()),
        model("efficientnet-b6", "EfficientNet-B6", "43.3", EfficientNet.b6()),
        model("efficientnet-b7", "EfficientNet-B7", "66.7", EfficientNet.b7()),
        model("efficientnet-b8", "EfficientNet-B8", "87.4", EfficientNet.b8()),
        model("efficientnet-l2", "EfficientNet-L2", "480.3", EfficientNet.l2()),
        model("efficientnet-lite0", "EfficientNet-Lite0", "4.7", EfficientNet.lite0()),
        model("efficientnet-lite1", "EfficientNet-Lite1", "5.4", EfficientNet.lite1()),
        model("efficientnet-lite2", "EfficientNet-Lite2", "6.1", EfficientNet.lite2()),
        model("efficientnet-lite3", "EfficientNet-Lite3", "8.3", EfficientNet.lite3()),
        model("efficientnet-lite4", "EfficientNet-Lite4", "13.1", EfficientNet.lite4()),
        model("efficientnetv2-b0", "EfficientNetV2-B0", "7.2", EfficientNetV2.b0()),
        model("efficientnetv2-b1", "EfficientNetV2-B1", "8.2", EfficientNetV2.b1()),
        model("efficientnetv2-b2", "EfficientNetV2-B2", "10.2", EfficientNetV2.b2()),
        model("efficientnetv2-b3", "EfficientNetV2-B3", "14.5", EfficientNetV2.b3()),
        model("efficientnetv2-s", "EfficientNetV2-S", "21.6", EfficientNetV2.s()),
        model("efficientnetv2-m", "EfficientNetV2-M", "54.4", EfficientNetV2.m()),
        model("efficientnetv2-l", "EfficientNetV2-L", "119.0", EfficientNetV2.l()),
        model("efficientnetv2-xl", "EfficientNetV2-XL", "208.1", EfficientNetV2.xl()));
  }

  private static ModelProvider model(
      String name, String title, String millions, EfficientNetBuilder variant) {
    String description =
        title
            + " for images of "
            + variant.imageSize()
            + " pixels, "
            + millions
            + " million parameters";
    return new EfficientNetProvider(name, description, variant);
  }
}
