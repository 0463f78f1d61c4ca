package dev.espalier.models;

import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import java.util.List;
import java.util.Map;

/** Provides one variant by name. */
record EfficientNetProvider(String name, String description, EfficientNetBuilder variant)
    implements ModelProvider {
  private static final OptionDescription<EfficientNetOrigin> ORIGIN =
      OptionDescription.constant(
          "origin",
          EfficientNetOrigin.class,
          "Project that the weights are from; recognized by their names by default.");

  private static final OptionDescription<StridedPadding> PADDING =
      OptionDescription.constant(
          "padding",
          StridedPadding.class,
          "Padding of convolutions of stride 2; by default that of the weights' origin.");

  private static final OptionDescription<InputNormalization> NORMALIZATION =
      OptionDescription.constant(
          "input-normalization",
          InputNormalization.class,
          "Normalization of pixel values; by default that of the weights.");

  @Override
  public List<OptionDescription<?>> options() {
    return List.of(ORIGIN, PADDING, NORMALIZATION);
  }

  @Override
  public Map<String, WeightNames> weightNames() {
    return variant.weightNames();
  }

  @Override
  public Model create(ModelRequest request) {
    EfficientNetBuilder builder = variant.request(request);
    EfficientNetOrigin origin = request.options().find(ORIGIN);
    if (origin != null) {
      builder = builder.origin(origin);
    }
    StridedPadding padding = request.options().find(PADDING);
    if (padding != null) {
      builder = builder.padding(padding);
    }
    InputNormalization normalization = request.options().find(NORMALIZATION);
    if (normalization != null) {
      builder = builder.inputNormalization(normalization);
    }
    return builder.build();
  }
}
