package dev.espalier.weights.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of models: strictly, and no deeper than models are nested. */
final class KerasJson {
  private static final int MAXIMUM_DEPTH = 200;

  private KerasJson() {}

  static JsonObject parse(Problems problems, String place, String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    reader.setNestingLimit(MAXIMUM_DEPTH);
    try {
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT || !element.isJsonObject()) {
        throw problems.invalid(place, "there is something else than one JSON object");
      }
      return element.getAsJsonObject();
    } catch (JsonParseException | IOException | NumberFormatException e) {
      throw problems.invalid(place, "it is not JSON (" + e.getMessage() + ")", e);
    }
  }

  /** Returns a value, or null if there is none or it is JSON's null. */
  static @Nullable JsonElement get(JsonObject object, String key) {
    JsonElement value = object.get(key);
    return value == null || value.isJsonNull() ? null : value;
  }

  static @Nullable String text(@Nullable JsonElement element) {
    return element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isString()
        ? element.getAsString()
        : null;
  }

  /** Returns a number, or null if it is none or not finite. */
  static @Nullable Double number(@Nullable JsonElement element) {
    if (element == null || !element.isJsonPrimitive() || !element.getAsJsonPrimitive().isNumber()) {
      return null;
    }
    String digits = element.getAsString();
    if (digits.length() > 40) {
      return null;
    }
    double value = Double.parseDouble(digits);
    return Double.isFinite(value) ? value : null;
  }

  /** Returns a whole number, or null if it is none or larger than an int. */
  static @Nullable Integer integer(@Nullable JsonElement element) {
    Double value = number(element);
    return value == null || value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE
        ? null
        : (Integer) value.intValue();
  }

  static boolean isTrue(@Nullable JsonElement element) {
    return isFlag(element) && element != null && element.getAsBoolean();
  }

  static boolean isFalse(@Nullable JsonElement element) {
    return isFlag(element) && element != null && !element.getAsBoolean();
  }

  private static boolean isFlag(@Nullable JsonElement element) {
    return element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isBoolean();
  }

  /** Returns the elements of a list or of a tuple as Keras 2 writes it, or null for others. */
  static @Nullable List<JsonElement> list(@Nullable JsonElement element) {
    JsonElement items = element;
    if (element != null
        && element.isJsonObject()
        && "__tuple__".equals(text(element.getAsJsonObject().get("class_name")))) {
      items = element.getAsJsonObject().get("items");
    }
    if (items == null || !items.isJsonArray()) {
      return null;
    }
    JsonArray array = items.getAsJsonArray();
    List<JsonElement> list = new ArrayList<>(array.size());
    array.forEach(list::add);
    return list;
  }
}
