package dev.espalier.core.internal.file;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts a model's layers and connections to JSON and back, without the values of its variables.
 * Layers are referred to by position, because a layer that is applied twice occurs twice with the
 * same name. The output of a layer is referred to by its position alone; for further outputs it is
 * {@code [position, index]}.
 */
public final class ModelCodec {
  /**
   * A model nested several levels deep, with many applications at each level, is a small file but
   * would take years to build.
   */
  private static final long MAXIMUM_LAYERS = 100_000;

  private final ValueCodec values;
  private final IdentityHashMap<Layer, Long> layerCounts = new IdentityHashMap<>();

  /** Creates a codec for one file. Not thread-safe. */
  public ModelCodec(KnownTypes types) {
    this.values = new ValueCodec(types, this);
  }

  /**
   * Returns the configuration of a model as JSON.
   *
   * @throws EspalierException if a layer cannot be saved, naming it
   */
  public JsonObject encode(Model model) {
    return encode(model, "");
  }

  JsonObject encode(Model model, String prefix) {
    IdentityHashMap<LayerOutput, Integer> positions = new IdentityHashMap<>();
    IdentityHashMap<Layer, Integer> firstUse = new IdentityHashMap<>();
    JsonArray layers = new JsonArray();
    for (LayerOutput node : model.nodes()) {
      int position = layers.size();
      String name = String.valueOf(node.name());
      JsonObject entry = new JsonObject();
      entry.addProperty("name", name);
      Integer shared = firstUse.putIfAbsent(node.layer(), position);
      if (shared == null) {
        entry.add(
            "layer", values.encode(node.plainLayer(), Layer.class, "the layer " + prefix + name));
      } else {
        entry.addProperty("shares", shared);
      }
      entry.add("inputs", positions(node.inputs(), positions));
      entry.addProperty("trainable", node.trainable());
      layers.add(entry);
      positions.put(node, position);
    }
    JsonObject object = new JsonObject();
    object.addProperty("name", model.name());
    object.add("layers", layers);
    object.add("inputs", positions(model.inputs(), positions));
    object.add("outputs", positions(model.outputs(), positions));
    return object;
  }

  private static JsonArray positions(
      List<LayerOutput> nodes, IdentityHashMap<LayerOutput, Integer> positions) {
    JsonArray array = new JsonArray();
    for (LayerOutput output : nodes) {
      Integer position = positions.get(output.node());
      if (output.index() == 0) {
        array.add(position);
      } else {
        JsonArray place = new JsonArray();
        place.add(position);
        place.add(output.index());
        array.add(place);
      }
    }
    return array;
  }

  /** Returns the model of a configuration, without values. */
  Model decode(FileProblems problems, JsonElement json, String prefix) {
    String place = prefix.isEmpty() ? "the model" : "the model " + prefix;
    if (!json.isJsonObject()) {
      throw problems.at(place, "it is not an object");
    }
    JsonObject object = json.getAsJsonObject();
    List<LayerOutput> nodes = new ArrayList<>();
    long count = 0;
    for (JsonElement element : array(problems, object.get("layers"), place + ", layers")) {
      if (!element.isJsonObject()) {
        throw problems.at(place + ", layers", "it holds something that is not an object");
      }
      JsonObject entry = element.getAsJsonObject();
      String name = name(problems, entry.get("name"), place + ", layer " + nodes.size());
      String layerPlace = "the layer " + prefix + name;
      Layer layer = layer(problems, entry, nodes, layerPlace);
      count += layerCounts.getOrDefault(layer, 1L);
      if (count > MAXIMUM_LAYERS) {
        throw problems.at(layerPlace, "with nested models it would have over 100,000 layers");
      }
      List<LayerOutput> inputs = nodes(problems, entry.get("inputs"), nodes, layerPlace);
      JsonElement trainable = entry.get("trainable");
      if (trainable == null || !Json.isBoolean(trainable)) {
        throw problems.at(layerPlace + ", trainable", "it is not true or false");
      }
      try {
        nodes.add(
            layer
                .outputsOn(inputs.toArray(new LayerOutput[0]))
                .get(0)
                .rebuild(layer, name, inputs, trainable.getAsBoolean(), Map.of()));
      } catch (RuntimeException e) {
        throw problems.at(layerPlace, sentence(e), e);
      }
    }
    List<LayerOutput> inputs = nodes(problems, object.get("inputs"), nodes, place + ", inputs");
    List<LayerOutput> outputs = nodes(problems, object.get("outputs"), nodes, place + ", outputs");
    String name = name(problems, object.get("name"), place + ", name");
    try {
      Model model = Model.of(inputs, outputs).withName(name);
      layerCounts.put(model, count);
      return model;
    } catch (RuntimeException e) {
      throw problems.at(place, sentence(e), e);
    }
  }

  private Layer layer(
      FileProblems problems, JsonObject entry, List<LayerOutput> nodes, String place) {
    JsonElement shares = entry.get("shares");
    if (shares != null) {
      return nodes.get(position(problems, shares, nodes, place + ", shares")).layer();
    }
    JsonElement config = entry.get("layer");
    if (config == null) {
      throw problems.at(place, "its configuration is missing");
    }
    Object layer = values.decode(problems, config, Layer.class, false, place);
    if (layer == null) {
      throw problems.at(place, "its configuration is missing");
    }
    return (Layer) layer;
  }

  private static JsonArray array(FileProblems problems, @Nullable JsonElement json, String place) {
    if (json == null || !json.isJsonArray()) {
      throw problems.at(place, "it is not a list");
    }
    return json.getAsJsonArray();
  }

  private static List<LayerOutput> nodes(
      FileProblems problems, @Nullable JsonElement json, List<LayerOutput> known, String place) {
    List<LayerOutput> result = new ArrayList<>();
    for (JsonElement element : array(problems, json, place)) {
      result.add(output(problems, element, known, place));
    }
    return result;
  }

  private static LayerOutput output(
      FileProblems problems, JsonElement json, List<LayerOutput> known, String place) {
    if (!json.isJsonArray() || json.getAsJsonArray().size() != 2) {
      return known.get(position(problems, json, known, place));
    }
    JsonArray pair = json.getAsJsonArray();
    LayerOutput node = known.get(position(problems, pair.get(0), known, place));
    int index = integer(problems, pair.get(1), place);
    if (index < 0 || index >= node.outputs().size()) {
      throw problems.at(
          place,
          "the layer " + node.name() + " has " + node.outputs().size() + " outputs, none " + index);
    }
    return node.outputs().get(index);
  }

  private static int position(
      FileProblems problems, JsonElement json, List<LayerOutput> known, String place) {
    int position = integer(problems, json, place);
    if (position >= 0 && position < known.size()) {
      return position;
    }
    throw problems.at(
        place, json + " is not the position of one of the " + known.size() + " layers before");
  }

  private static int integer(FileProblems problems, JsonElement json, String place) {
    try {
      return Json.isNumber(json) ? Integer.parseInt(json.getAsString()) : -1;
    } catch (NumberFormatException e) {
      throw problems.at(place, json + " is not a position", e);
    }
  }

  private static String name(FileProblems problems, @Nullable JsonElement json, String place) {
    String name = ValueCodec.text(problems, json, place);
    // A slash could give variables of different layers the same name.
    if (name.isEmpty()
        || name.indexOf('/') >= 0
        || name.chars().anyMatch(Character::isISOControl)) {
      throw problems.at(place, "\"" + name + "\" cannot be a name");
    }
    return name;
  }

  private static String sentence(RuntimeException e) {
    String text = e instanceof EspalierException known ? known.problem() : e.toString();
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
