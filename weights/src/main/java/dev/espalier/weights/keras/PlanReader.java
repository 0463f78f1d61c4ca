package dev.espalier.weights.keras;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.weights.keras.ModelPlan.DeclaredInput;
import dev.espalier.weights.keras.ModelPlan.LayerPlan;
import dev.espalier.weights.keras.ModelPlan.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration of a model as Keras 2 and 3 write it. What this product lacks is noted as
 * a problem and does not end the reading.
 */
final class PlanReader {
  private static final Set<String> FUNCTIONAL = Set.of("Functional", "Model");
  private static final String SEQUENTIAL = "Sequential";

  private final Problems problems;
  private final boolean keras2;

  PlanReader(Problems problems, boolean keras2) {
    this.problems = problems;
    this.keras2 = keras2;
  }

  /** Returns the model of the JSON object that names a class and its configuration. */
  ModelPlan model(JsonObject object) {
    return model(object, "", false);
  }

  private static boolean isModel(String className) {
    return FUNCTIONAL.contains(className) || className.equals(SEQUENTIAL);
  }

  private ModelPlan model(JsonObject object, String path, boolean inference) {
    String place = path.isEmpty() ? "the model" : "model \"" + path + "\"";
    String className = KerasJson.text(object.get("class_name"));
    JsonElement content = KerasJson.get(object, "config");
    if (className == null || content == null) {
      throw problems.invalid(place, "there is no class_name or no config");
    }
    // The oldest sequential models are a bare list of layers.
    JsonObject config = content.isJsonObject() ? content.getAsJsonObject() : new JsonObject();
    List<JsonElement> layers =
        KerasJson.list(content.isJsonObject() ? config.get("layers") : content);
    if (!isModel(className) || layers == null) {
      problems.unsupported(
          place, className + " is no functional or sequential model but a class with code");
      problems.throwIfUnsupported();
      throw problems.invalid(place, "there are no layers");
    }
    String name = KerasJson.text(config.get("name"));
    name = name == null ? className.toLowerCase(Locale.ROOT) : name;
    checkPolicy(config, path.isEmpty() ? name : path, className);
    List<LayerPlan> plans = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonElement each : layers) {
      if (!each.isJsonObject()) {
        throw problems.invalid(place + ", layers", "there is something else than a layer");
      }
      LayerPlan plan = layer(each.getAsJsonObject(), path, inference);
      if (!names.add(plan.name())) {
        throw problems.invalid(place, "there are two layers named \"" + plan.name() + "\"");
      }
      plans.add(plan);
    }
    boolean trainable = !KerasJson.isFalse(config.get("trainable"));
    if (className.equals(SEQUENTIAL)) {
      return sequential(name, trainable, plans, object, config);
    }
    return new ModelPlan(
        name,
        false,
        trainable,
        List.copyOf(plans),
        sources(config.get("input_layers"), place + ", input_layers"),
        sources(config.get("output_layers"), place + ", output_layers"));
  }

  private void checkPolicy(JsonObject config, String path, String className) {
    JsonObject type = new JsonObject();
    if (config.has("dtype")) {
      type.add("dtype", config.get("dtype"));
    }
    KerasLayers.checkCommon(new LayerConfig(path, className, type, problems, keras2));
  }

  /** Returns a sequential model with its input layer, which files may leave out. */
  private ModelPlan sequential(
      String name, boolean trainable, List<LayerPlan> plans, JsonObject object, JsonObject config) {
    List<LayerPlan> all = new ArrayList<>(plans);
    if (plans.isEmpty()) {
      throw problems.invalid("model \"" + name + "\"", "there are no layers");
    }
    if (plans.get(0).input() == null) {
      JsonElement shape = KerasJson.get(config, "build_input_shape");
      if (shape == null && object.get("build_config") instanceof JsonObject build) {
        shape = KerasJson.get(build, "input_shape");
      }
      DeclaredInput declared = firstShape(config, shape);
      String input = plans.get(0).name() + "_input";
      all.add(0, new LayerPlan(input, input, "InputLayer", true, null, declared, null, List.of()));
    }
    List<LayerPlan> chained = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      LayerPlan plan = all.get(i);
      List<List<Source>> uses =
          i == 0 ? List.of() : List.of(List.of(new Source(all.get(i - 1).original(), 0, 0)));
      chained.add(
          new LayerPlan(
              plan.original(),
              plan.name(),
              plan.className(),
              plan.trainable(),
              plan.factory(),
              plan.input(),
              plan.nested(),
              uses));
    }
    return new ModelPlan(
        name,
        true,
        trainable,
        List.copyOf(chained),
        List.of(new Source(chained.get(0).original(), 0, 0)),
        List.of(new Source(chained.get(chained.size() - 1).original(), 0, 0)));
  }

  private DeclaredInput firstShape(JsonObject config, @Nullable JsonElement built) {
    List<JsonElement> layers = KerasJson.list(config.get("layers"));
    if (layers != null
        && layers.get(0) instanceof JsonObject first
        && first.get("config") instanceof JsonObject settings) {
      JsonElement own = KerasJson.get(settings, "batch_input_shape");
      if (own != null) {
        return new DeclaredInput(sizes(own), "float32");
      }
    }
    return new DeclaredInput(built == null ? null : sizes(built), "float32");
  }

  private LayerPlan layer(JsonObject object, String outer, boolean outerInference) {
    String className = KerasJson.text(object.get("class_name"));
    if (className == null || !(object.get("config") instanceof JsonObject config)) {
      throw problems.invalid("a layer of \"" + outer + "\"", "there is no class_name or no config");
    }
    String original = KerasJson.text(object.get("name"));
    original = original == null ? KerasJson.text(config.get("name")) : original;
    if (original == null || original.isEmpty() || original.length() > 1000) {
      throw problems.invalid("a layer of class " + className, "there is no name");
    }
    String name = original.replaceAll("[^A-Za-z0-9_.-]", "_");
    String path = outer.isEmpty() ? name : outer + "/" + name;
    boolean trainable = !KerasJson.isFalse(config.get("trainable"));
    LayerConfig settings = new LayerConfig(path, className, config, problems, keras2);
    if (className.equals("InputLayer")) {
      return new LayerPlan(
          original, name, className, true, null, declared(settings), null, List.of());
    }
    Calls calls = new Calls(settings, problems).read(object.get("inbound_nodes"));
    boolean inference = outerInference || calls.inference();
    if (isModel(className)) {
      ModelPlan nested = model(object, path, inference);
      return new LayerPlan(original, name, className, trainable, null, null, nested, calls.uses());
    }
    KerasLayers.Factory factory;
    try {
      factory = KerasLayers.of(inference ? atInference(settings, config) : settings, home(object));
    } catch (EspalierException e) {
      throw problems.located(settings.place(), e);
    }
    boolean frozen = inference && className.startsWith("BatchNormalization");
    return new LayerPlan(
        original,
        name,
        className,
        trainable && !frozen,
        className.equals("MultiHeadAttention") ? masked(factory, calls) : factory,
        null,
        null,
        calls.uses());
  }

  /** Returns where the class stands: the module, or the name under which it was registered. */
  private static String home(JsonObject object) {
    String registered = KerasJson.text(object.get("registered_name"));
    if (registered != null && registered.contains(">")) {
      return registered;
    }
    String module = KerasJson.text(object.get("module"));
    return module == null ? "" : module;
  }

  /** A layer that is called with training=False drops nothing in training either. */
  private LayerConfig atInference(LayerConfig settings, JsonObject config) {
    JsonObject quiet = config.deepCopy();
    for (String rate : List.of("rate", "dropout", "drop_path_rate")) {
      if (config.has(rate)) {
        quiet.addProperty(rate, 0);
      }
    }
    return new LayerConfig(settings.path(), settings.className(), quiet, problems, keras2);
  }

  private static KerasLayers.Factory masked(KerasLayers.Factory factory, Calls calls) {
    return inputs ->
        factory.layer(inputs) instanceof MultiHeadAttention attention
            ? attention.useCausalMask(calls.causal()).attentionMask(calls.masked())
            : factory.layer(inputs);
  }

  private DeclaredInput declared(LayerConfig config) {
    config.only("sparse", false);
    config.only("ragged", false);
    config.only("optional", false);
    JsonElement shape = config.get("batch_shape");
    shape = shape == null ? config.get("batch_input_shape") : shape;
    if (shape == null) {
      throw problems.invalid(config.place(), "there is no shape");
    }
    String type = config.text("dtype", "float32");
    if (!type.matches("float32|int32|int64")) {
      config.unsupported("dtype " + type);
    }
    return new DeclaredInput(sizes(shape), type);
  }

  private List<Integer> sizes(JsonElement shape) {
    List<JsonElement> all = KerasJson.list(shape);
    if (all == null || all.size() < 2 || all.size() > 8) {
      throw problems.invalid("an input layer", "the shape is " + shape);
    }
    List<Integer> sizes = new ArrayList<>();
    for (JsonElement size : all.subList(1, all.size())) {
      Integer known = size.isJsonNull() ? Integer.valueOf(-1) : KerasJson.integer(size);
      if (known == null || (known < 1 && known != -1)) {
        throw problems.invalid("an input layer", "the shape is " + shape);
      }
      sizes.add(known);
    }
    return sizes;
  }

  /** Returns sources of a model: a list of them, a single one, or named ones. */
  private List<Source> sources(@Nullable JsonElement element, String place) {
    List<JsonElement> items = KerasJson.list(element);
    if (element instanceof JsonObject named && items == null) {
      items = new ArrayList<>();
      for (String key : named.keySet()) {
        items.add(named.get(key));
      }
    }
    if (items == null || items.isEmpty()) {
      throw problems.invalid(place, "there are none");
    }
    if (KerasJson.text(items.get(0)) != null) {
      return List.of(Calls.source(problems, place, element));
    }
    List<Source> sources = new ArrayList<>();
    for (JsonElement item : items) {
      sources.add(Calls.source(problems, place, item));
    }
    return List.copyOf(sources);
  }
}
