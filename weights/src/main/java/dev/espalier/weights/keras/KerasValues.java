package dev.espalier.weights.keras;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.activation.Activation;
import dev.espalier.activation.Celu;
import dev.espalier.activation.Elu;
import dev.espalier.activation.LeakyRelu;
import dev.espalier.activation.Relu;
import dev.espalier.graph.Initializer;
import dev.espalier.initializer.Initializers;
import dev.espalier.initializer.VarianceScaling.Distribution;
import dev.espalier.initializer.VarianceScaling.Mode;
import dev.espalier.layer.Layer;
import dev.espalier.layer.Regularized;
import dev.espalier.regularizer.Regularizer;
import dev.espalier.regularizer.Regularizers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the activations, initializers and regularizers in the configuration of a layer. */
final class KerasValues {
  private KerasValues() {}

  /** Returns an activation; it may be a name, a function or a layer of its own. */
  static Activation activation(LayerConfig config, String key) {
    JsonElement value = config.get(key);
    if (value == null) {
      return Activation.LINEAR;
    }
    String name = KerasJson.text(value);
    if (name == null && value.isJsonObject()) {
      JsonObject object = value.getAsJsonObject();
      name = KerasJson.text(object.get("class_name"));
      if ("function".equals(name)) {
        name = KerasJson.text(object.get("config"));
      } else if (name != null && object.get("config") instanceof JsonObject settings) {
        return ofLayer(
            new LayerConfig(
                config.path() + "/" + key, name, settings, config.problems(), config.keras2()));
      }
    }
    return named(config, key, name);
  }

  private static Activation named(LayerConfig config, String key, @Nullable String name) {
    Activation known =
        name == null ? null : Activation.constants().get(name.toLowerCase(Locale.ROOT));
    // Keras 2 defines it as clip(0.2 x + 0.5, 0, 1).
    boolean other = config.keras2() && "hard_sigmoid".equals(name);
    if (known == null || other) {
      config.unsupported(key + " " + config.shown(key));
      return Activation.LINEAR;
    }
    return known;
  }

  /** Returns the activation that a layer applies. */
  static Activation ofLayer(LayerConfig config) {
    return switch (config.className()) {
      case "Activation" -> activation(config, "activation");
      case "ReLU" -> relu(config);
      case "LeakyReLU" ->
          new LeakyRelu(config.number("negative_slope", config.number("alpha", 0.3)));
      case "ELU" -> new Elu(config.number("alpha", 1));
      case "CELU" -> new Celu(config.number("alpha", 1));
      case "Softmax" -> {
        config.only("axis", -1);
        yield Activation.SOFTMAX;
      }
      default -> named(config, "activation", config.className());
    };
  }

  private static Activation relu(LayerConfig config) {
    double max = config.number("max_value", Relu.UNLIMITED);
    double slope = config.number("negative_slope", 0);
    double threshold = config.number("threshold", 0);
    if (slope == 0 && threshold == 0 && max == Relu.UNLIMITED) {
      return Activation.RELU;
    }
    if (slope == 0 && threshold == 0 && max == 6) {
      return Activation.RELU6;
    }
    return threshold == 0 && max == Relu.UNLIMITED
        ? new LeakyRelu(slope)
        : new Relu(max, slope, threshold);
  }

  /**
   * Returns the initial values of a variable. They matter only if the layer is reset, so that those
   * without a counterpart become the default of the layer.
   */
  static Initializer initializer(LayerConfig config, String key, Initializer otherwise) {
    JsonElement value = config.get(key);
    if (value == null) {
      return otherwise;
    }
    JsonObject settings = new JsonObject();
    String name = KerasJson.text(value);
    if (name == null && value.isJsonObject()) {
      name = KerasJson.text(value.getAsJsonObject().get("class_name"));
      if (value.getAsJsonObject().get("config") instanceof JsonObject object) {
        settings = object;
      }
    }
    if (name == null) {
      throw config.invalid(key, "there is no initializer");
    }
    LayerConfig inner =
        new LayerConfig(
            config.path() + "/" + key, name, settings, config.problems(), config.keras2());
    Initializer known = named(inner);
    return known == null ? otherwise : known;
  }

  private static @Nullable Initializer named(LayerConfig config) {
    return switch (config.className().replace("_", "").toLowerCase(Locale.ROOT)) {
      case "zeros" -> Initializers.zeros();
      case "ones" -> Initializers.ones();
      case "constant" -> Initializers.constant(config.number("value", 0));
      case "glorotuniform" -> Initializers.glorotUniform();
      case "glorotnormal" -> Initializers.glorotNormal();
      case "heuniform" -> Initializers.heUniform();
      case "henormal" -> Initializers.heNormal();
      case "lecununiform" -> Initializers.lecunUniform();
      case "lecunnormal" -> Initializers.lecunNormal();
      case "randomnormal" ->
          config.number("mean", 0) == 0
              ? Initializers.randomNormal(Math.max(0, config.number("stddev", 0.05)))
              : null;
      case "truncatednormal" ->
          config.number("mean", 0) == 0
              ? Initializers.truncatedNormal(Math.max(0, config.number("stddev", 0.05)))
              : null;
      case "randomuniform" ->
          config.number("minval", -0.05) == -config.number("maxval", 0.05)
              ? Initializers.randomUniform(Math.abs(config.number("maxval", 0.05)))
              : null;
      case "variancescaling" -> varianceScaling(config);
      default -> null;
    };
  }

  private static @Nullable Initializer varianceScaling(LayerConfig config) {
    Mode mode =
        Map.of("fan_in", Mode.FAN_IN, "fan_out", Mode.FAN_OUT, "fan_avg", Mode.FAN_AVG)
            .get(config.text("mode", "fan_in"));
    Distribution distribution =
        Map.of(
                "truncated_normal", Distribution.TRUNCATED_NORMAL,
                "normal", Distribution.TRUNCATED_NORMAL,
                "untruncated_normal", Distribution.UNTRUNCATED_NORMAL,
                "uniform", Distribution.UNIFORM)
            .get(config.text("distribution", "truncated_normal"));
    double scale = config.number("scale", 1);
    return mode == null || distribution == null || scale <= 0
        ? null
        : Initializers.varianceScaling(scale, mode, distribution);
  }

  /**
   * Returns a layer with the penalties that the configuration names.
   *
   * @param variables those that may have one, such as {@code kernel}; the setting is {@code
   *     kernel_regularizer}
   */
  static Layer regularized(LayerConfig config, Layer layer, List<String> variables) {
    Layer result = layer;
    for (String key : config.keys()) {
      if (!key.endsWith("_regularizer") || config.get(key) == null) {
        continue;
      }
      String prefix = key.substring(0, key.length() - "_regularizer".length());
      boolean depthwise = prefix.equals("depthwise") && variables.contains("kernel");
      String variable = depthwise ? "kernel" : prefix;
      Regularizer regularizer = regularizer(config, key);
      // A bias that is switched off has a setting, but no variable.
      boolean there = !variable.equals("bias") || config.flag("use_bias", true);
      if (regularizer == null || !variables.contains(variable)) {
        config.unsupported(key);
      } else if (there) {
        result = new Regularized(result, variable, regularizer);
      }
    }
    return result;
  }

  private static @Nullable Regularizer regularizer(LayerConfig config, String key) {
    JsonElement value = config.get(key);
    String name = KerasJson.text(value);
    JsonObject settings = new JsonObject();
    if (name == null && value != null && value.isJsonObject()) {
      name = KerasJson.text(value.getAsJsonObject().get("class_name"));
      if (value.getAsJsonObject().get("config") instanceof JsonObject object) {
        settings = object;
      }
    }
    LayerConfig inner =
        new LayerConfig(
            config.path() + "/" + key,
            String.valueOf(name),
            settings,
            config.problems(),
            config.keras2());
    return switch (String.valueOf(name).toLowerCase(Locale.ROOT)) {
      case "l1" -> Regularizers.l1(inner.number("l1", 0.01));
      case "l2" -> Regularizers.l2(inner.number("l2", 0.01));
      case "l1l2", "l1_l2" -> Regularizers.l1l2(inner.number("l1", 0), inner.number("l2", 0));
      default -> null;
    };
  }
}
