package dev.espalier.core.internal.file;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;

/** Parses untrusted JSON: strictly, and with limited nesting. */
final class Json {
  private static final int MAXIMUM_DEPTH = 200;

  private Json() {}

  static JsonObject parseObject(FileProblems problems, String place, String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    reader.setNestingLimit(MAXIMUM_DEPTH);
    try {
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw problems.at(place, "something follows its JSON");
      }
      if (!element.isJsonObject()) {
        throw problems.at(place, "its JSON is not an object");
      }
      return element.getAsJsonObject();
    } catch (JsonParseException | IOException | NumberFormatException e) {
      throw problems.at(place, "it is not JSON (" + e.getMessage() + ")", e);
    }
  }

  static boolean isString(JsonElement element) {
    return element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
  }

  static boolean isNumber(JsonElement element) {
    return element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber();
  }

  static boolean isBoolean(JsonElement element) {
    return element.isJsonPrimitive() && element.getAsJsonPrimitive().isBoolean();
  }
}
