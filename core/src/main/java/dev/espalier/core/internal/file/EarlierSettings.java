package dev.espalier.core.internal.file;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Converts settings that earlier versions of {@link SettingsJson} wrote to the current form, so
 * that checkpoints are compared by the settings of their training rather than by the names and
 * packages of classes. Only names whose meaning is unchanged are converted.
 */
final class EarlierSettings {
  private static final List<String> OF_ADAM =
      List.of("learningRate", "beta1", "beta2", "epsilon", "amsgrad");

  private static final String PRECISION = "precision";

  private EarlierSettings() {}

  /** Returns the settings of a training in the form in which they would be written now. */
  static JsonObject ofTraining(JsonObject settings) {
    JsonObject today = inTodaysWords(settings);
    if (!today.has(PRECISION)) {
      today.addProperty(PRECISION, "float32"); // when there was no other
    }
    return today;
  }

  static JsonObject inTodaysWords(JsonObject settings) {
    JsonObject today = new JsonObject();
    settings.entrySet().forEach(entry -> today.add(entry.getKey(), translated(entry.getValue())));
    String type = text(today.get(SettingsJson.CLASS));
    return switch (type) {
      case "CosineDecay" -> cosineDecay(today);
      case "AdamW" -> today.has("adam") ? today : adamW(today);
      case "GaussianNoise" -> renamed(today, "deviation", "standardDeviation");
      default -> today;
    };
  }

  private static JsonElement translated(JsonElement element) {
    if (element instanceof JsonObject object) {
      return inTodaysWords(object);
    }
    if (element instanceof JsonArray list) {
      JsonArray today = new JsonArray();
      list.forEach(one -> today.add(translated(one)));
      return today;
    }
    if (element instanceof JsonPrimitive primitive && primitive.isString()) {
      return new JsonPrimitive(TypeNames.current(primitive.getAsString()));
    }
    return element;
  }

  /** Its length was a number of steps. */
  private static JsonObject cosineDecay(JsonObject object) {
    JsonElement steps = object.remove("steps");
    if (steps != null) {
      JsonObject decay = new JsonObject();
      decay.addProperty(SettingsJson.CLASS, "Span");
      decay.addProperty("length", text(steps) + ".0"); // in Java's format
      decay.addProperty("unit", "STEPS");
      object.add("decay", decay);
    }
    return object;
  }

  private static JsonObject renamed(JsonObject object, String before, String now) {
    JsonElement value = object.remove(before);
    if (value != null) {
      object.add(now, value);
    }
    return object;
  }

  /** It had the components of Adam where it now contains an Adam. */
  private static JsonObject adamW(JsonObject object) {
    JsonObject adam = new JsonObject();
    adam.addProperty(SettingsJson.CLASS, "Adam");
    for (String name : OF_ADAM) {
      JsonElement value = object.remove(name);
      if (value != null) {
        adam.add(name, value);
      }
    }
    object.add("adam", adam);
    return object;
  }

  private static String text(@Nullable JsonElement element) {
    return element instanceof JsonPrimitive primitive ? primitive.getAsString() : "";
  }
}
