package dev.espalier.models;

import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import java.util.Map;

/** Provides a variant by name, without options of its own. */
record ImageModelProvider(String name, String description, ImageModelBuilder<?> variant)
    implements ModelProvider {
  @Override
  public Map<String, WeightNames> weightNames() {
    return variant.weightNames();
  }

  @Override
  public Model create(ModelRequest request) {
    return variant.request(request).build();
  }
}
