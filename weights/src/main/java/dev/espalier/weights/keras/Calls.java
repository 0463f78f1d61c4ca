package dev.espalier.weights.keras;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.weights.keras.ModelPlan.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how a layer is called: what it takes each time, and with which arguments. */
final class Calls {
  /** The arguments of an attention layer in Keras' order. */
  private static final List<String> ATTENTION =
      List.of("query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask");

  private final LayerConfig layer;
  private final Problems problems;
  private final List<List<Source>> uses = new ArrayList<>();
  private final List<Map<String, Object>> flags = new ArrayList<>();

  Calls(LayerConfig layer, Problems problems) {
    this.layer = layer;
    this.problems = problems;
  }

  Calls read(@Nullable JsonElement inboundNodes) {
    if (inboundNodes == null || inboundNodes.isJsonNull()) {
      return this;
    }
    List<JsonElement> nodes = KerasJson.list(inboundNodes);
    if (nodes == null) {
      throw layer.invalid("inbound_nodes", "there is no list");
    }
    for (JsonElement node : nodes) {
      Map<String, Object> found = new HashMap<>();
      uses.add(node instanceof JsonObject call ? call(call, found) : oldCall(node, found));
      flags.add(found);
    }
    if (flags.stream().distinct().count() > 1) {
      layer.unsupported("called several times with different arguments");
    }
    return this;
  }

  List<List<Source>> uses() {
    return List.copyOf(uses);
  }

  /** Returns whether the layer is called with training=False. */
  boolean inference() {
    return has("training");
  }

  boolean causal() {
    return has("use_causal_mask");
  }

  boolean masked() {
    return has("attention_mask");
  }

  private boolean has(String flag) {
    return !flags.isEmpty() && flags.get(0).containsKey(flag);
  }

  /** Keras 3: arguments by place and by name. */
  private List<Source> call(JsonObject call, Map<String, Object> found) {
    List<JsonElement> arguments = KerasJson.list(call.get("args"));
    if (arguments == null) {
      throw layer.invalid("inbound_nodes", "there are no args");
    }
    Map<String, JsonElement> named = new HashMap<>();
    if (call.get("kwargs") instanceof JsonObject more) {
      more.keySet().forEach(key -> named.put(key, more.get(key)));
    }
    List<Source> sources = new ArrayList<>();
    if (isAttention()) {
      for (int i = 0; i < arguments.size(); i++) {
        named.put(i < ATTENTION.size() ? ATTENTION.get(i) : "argument " + i, arguments.get(i));
      }
    } else {
      arguments.forEach(argument -> add(argument, sources, 0));
    }
    arguments(named, sources, found);
    return sources;
  }

  /** Keras 2: a list of [layer, node, tensor, arguments by name]. */
  private List<Source> oldCall(JsonElement node, Map<String, Object> found) {
    List<JsonElement> tensors = KerasJson.list(node);
    if (tensors == null) {
      throw layer.invalid("inbound_nodes", "there is no call");
    }
    // A single one may stand without the list around it.
    boolean single = !tensors.isEmpty() && KerasJson.text(tensors.get(0)) != null;
    List<Source> sources = new ArrayList<>();
    Map<String, JsonElement> named = new HashMap<>();
    for (JsonElement tensor : single ? List.of(node) : tensors) {
      sources.add(source(problems, layer.place() + ", inbound_nodes", tensor));
      List<JsonElement> items = KerasJson.list(tensor);
      if (items != null && items.size() > 3 && items.get(3) instanceof JsonObject more) {
        more.keySet().forEach(key -> named.put(key, more.get(key)));
      }
    }
    arguments(named, sources, found);
    return sources;
  }

  private boolean isAttention() {
    return layer.className().equals("MultiHeadAttention");
  }

  private boolean differsInTraining() {
    return layer
        .className()
        .matches(
            ".*Dropout.*|StochasticDepth|BatchNormalization.*|MultiHeadAttention|Functional|Model"
                + "|Sequential");
  }

  private void arguments(
      Map<String, JsonElement> named, List<Source> sources, Map<String, Object> found) {
    if (isAttention()) {
      for (String name : List.of("query", "value", "key", "attention_mask")) {
        JsonElement tensor = named.remove(name);
        if (tensor != null && !tensor.isJsonNull()) {
          add(tensor, sources, 0);
          if (name.equals("attention_mask")) {
            found.put(name, true);
          }
        }
      }
      if (KerasJson.isTrue(named.get("use_causal_mask"))) {
        found.put("use_causal_mask", true);
      }
      for (String flag : List.of("use_causal_mask", "return_attention_scores")) {
        if (KerasJson.isFalse(named.get(flag)) || found.containsKey(flag)) {
          named.remove(flag);
        }
      }
    }
    if (KerasJson.isFalse(named.get("training"))) {
      found.put("training", false);
      named.remove("training");
    }
    if (KerasJson.isTrue(named.get("training")) && !differsInTraining()) {
      named.remove("training");
    }
    named.forEach(
        (name, value) -> {
          if (!value.isJsonNull()) {
            layer.unsupported("called with the argument " + name);
          }
        });
  }

  private void add(JsonElement argument, List<Source> sources, int depth) {
    List<JsonElement> items = KerasJson.list(argument);
    if (argument.isJsonNull()) {
      return;
    }
    if (argument instanceof JsonObject object
        && "__keras_tensor__".equals(KerasJson.text(object.get("class_name")))
        && object.get("config") instanceof JsonObject tensor) {
      sources.add(
          source(
              problems, layer.place() + ", inbound_nodes", KerasJson.get(tensor, "keras_history")));
    } else if (items != null && isAttention() && KerasJson.text(first(items)) != null) {
      sources.add(source(problems, layer.place() + ", inbound_nodes", argument));
    } else if (items != null && depth < 3) {
      items.forEach(item -> add(item, sources, depth + 1));
    } else {
      layer.unsupported("called with something else than outputs of layers");
    }
  }

  private static @Nullable JsonElement first(List<JsonElement> items) {
    return items.isEmpty() ? null : items.get(0);
  }

  /** Returns an output of a layer that is given as [layer, node, tensor]. */
  static Source source(Problems problems, String place, @Nullable JsonElement element) {
    List<JsonElement> items = KerasJson.list(element);
    if (items != null && items.size() >= 3) {
      String name = KerasJson.text(items.get(0));
      Integer node = KerasJson.integer(items.get(1));
      Integer tensor = KerasJson.integer(items.get(2));
      if (name != null && node != null && tensor != null && node >= 0 && tensor >= 0) {
        return new Source(name, node, tensor);
      }
    }
    throw problems.invalid(place, "there is no [layer, node, tensor], but " + shown(element));
  }

  private static String shown(@Nullable JsonElement element) {
    String text = String.valueOf(element);
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
