package dev.espalier.cli.bundled;

import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.models.EfficientNet;
import dev.espalier.models.EfficientNetBuilder;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import java.util.Map;

/** EfficientNet-B0 with a quarter of the channels, for small images on a CPU. */
record NarrowEfficientNet() implements ModelProvider {
  static final String NAME = "efficientnet-narrow";
  private static final double WIDTH = 0.25;
  private static final int IMAGE_SIZE = 64;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "EfficientNet-B0 with a quarter of the channels, for images of 64 x 64 pixels;"
        + " 0.4 million parameters";
  }

  @Override
  public Map<String, WeightNames> weightNames() {
    return builder().weightNames();
  }

  @Override
  public Model create(ModelRequest request) {
    return builder().request(request).build();
  }

  private static EfficientNetBuilder builder() {
    return EfficientNet.custom(WIDTH, 1).name(NAME).imageSize(IMAGE_SIZE);
  }
}
