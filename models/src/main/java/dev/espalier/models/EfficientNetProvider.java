package dev.espalier.models;

import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;

/** Provides one variant by name. */
record EfficientNetProvider(String name, String description, EfficientNetBuilder variant)
    implements ModelProvider {
  @Override
  public Model create(ModelRequest request) {
    EfficientNetBuilder builder =
        variant
            .includeTop(request.includeTop())
            .classifierActivation(request.classifierActivation())
            .channels(request.channels());
    if (request.imageSize() != 0) {
      builder = builder.imageSize(request.imageSize());
    }
    if (request.classes() != 0) {
      builder = builder.classes(request.classes());
    }
    Weights weights = request.weights();
    if (weights != null) {
      builder = builder.weights(weights);
    }
    Double rate = request.dropConnectRate();
    return (rate == null ? builder : builder.dropConnectRate(rate)).build();
  }
}
