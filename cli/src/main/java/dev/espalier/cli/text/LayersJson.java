package dev.espalier.cli.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import java.util.List;

/** The table of a model's layers as JSON. */
public final class LayersJson {
  private LayersJson() {}

  public static JsonObject of(Model model) {
    JsonObject object = new JsonObject();
    object.addProperty("model", model.name());
    object.addProperty("parameters", model.parameterCount());
    object.addProperty("trainableParameters", model.trainableParameterCount());
    JsonArray layers = new JsonArray();
    for (ModelLayer layer : model.layers()) {
      JsonObject one = new JsonObject();
      one.addProperty("name", layer.path());
      one.addProperty("type", layer.layer().typeName());
      one.add("outputShape", shape(layer));
      one.addProperty("parameters", parameters(model.variables(), layer.path() + "/"));
      one.addProperty("trainable", layer.trainable());
      layers.add(one);
    }
    object.add("layers", layers);
    return object;
  }

  /** The batch size is unknown: null. */
  private static JsonArray shape(ModelLayer layer) {
    JsonArray sizes = new JsonArray();
    sizes.add((Integer) null);
    layer.outputShape().withoutBatch().sizes().forEach(sizes::add);
    return sizes;
  }

  private static long parameters(List<Variable> variables, String prefix) {
    return variables.stream()
        .filter(variable -> variable.name().startsWith(prefix))
        .mapToLong(variable -> variable.shape().elementCount())
        .sum();
  }
}
