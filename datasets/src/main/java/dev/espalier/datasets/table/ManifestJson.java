package dev.espalier.datasets.table;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses a JSON array of objects, or one JSON object per line. */
final class ManifestJson {
  private final Path file;
  private final ManifestColumns columns;

  ManifestJson(Path file, ManifestColumns columns) {
    this.file = file;
    this.columns = columns;
  }

  List<ManifestEntry> parse(String text) {
    List<ManifestEntry> entries = new ArrayList<>();
    if (text.stripLeading().startsWith("[")) {
      read(text, "it", reader -> array(reader, entries));
    } else {
      int number = 0;
      for (String line : text.split("\\R", -1)) {
        String where = "line " + ++number;
        if (!line.isBlank()) {
          read(line, where, reader -> entries.add(entry(reader, where)));
        }
      }
    }
    return entries;
  }

  private void array(JsonReader reader, List<ManifestEntry> entries) throws IOException {
    reader.beginArray();
    while (reader.hasNext()) {
      entries.add(entry(reader, "entry " + (entries.size() + 1)));
    }
    reader.endArray();
  }

  private ManifestEntry entry(JsonReader reader, String where) throws IOException {
    Map<String, JsonElement> values = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      values.put(reader.nextName(), JsonParser.parseReader(reader));
    }
    reader.endObject();
    String path = text(values, columns.findPath(values.keySet()), where);
    String split = text(values, ManifestColumns.findSplit(values.keySet()), where);
    double weight = weight(values, where);
    String name = columns.findLabel(values.keySet());
    List<String> hot = name == null ? oneHot(values) : null;
    if (hot != null) {
      return new ManifestEntry(file, where, path, hot, hot.size() > 1, split, weight);
    }
    JsonElement label = values.getOrDefault(String.valueOf(name), JsonNull.INSTANCE);
    boolean several = label.isJsonArray();
    List<String> labels =
        several ? texts(label, where) : List.of(text(label, ManifestEntry.LABEL, where));
    return new ManifestEntry(file, where, path, labels, several, split, weight);
  }

  /**
   * Returns the names with value 1, if there are several and all names without another role have
   * the value 1 or 0; otherwise null.
   */
  private @Nullable List<String> oneHot(Map<String, JsonElement> values) {
    Map<String, JsonElement> classes = new LinkedHashMap<>(values);
    classes.remove(String.valueOf(columns.findPath(values.keySet())));
    classes.remove(String.valueOf(ManifestColumns.findSplit(values.keySet())));
    classes.remove(String.valueOf(columns.findWeight(values.keySet())));
    if (columns.label() != null || classes.size() < 2) {
      return null;
    }
    List<String> hot = new ArrayList<>();
    for (Map.Entry<String, JsonElement> one : classes.entrySet()) {
      Boolean has =
          one.getValue().isJsonPrimitive()
              ? ManifestEntry.hasClass(one.getValue().getAsString())
              : null;
      if (has == null) {
        return null;
      }
      if (has) {
        hot.add(one.getKey());
      }
    }
    return hot;
  }

  private double weight(Map<String, JsonElement> values, String where) {
    String wanted = columns.weight();
    if (wanted == null) {
      return 1;
    }
    String name = columns.findWeight(values.keySet());
    JsonElement value = name == null ? null : values.get(name);
    String text = value == null || value.isJsonNull() ? "" : written(value);
    return ManifestEntry.weight(file, where, wanted, text);
  }

  private static String written(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  private List<String> texts(JsonElement array, String where) {
    List<String> texts = new ArrayList<>();
    array.getAsJsonArray().forEach(one -> texts.add(text(one, ManifestEntry.LABEL, where)));
    return texts;
  }

  private @Nullable String text(
      Map<String, JsonElement> values, @Nullable String name, String where) {
    return name == null ? null : text(values.get(name), name, where);
  }

  /** Returns a string or number as written; the empty string for null. */
  private String text(@Nullable JsonElement value, String name, String where) {
    if (value == null || value.isJsonNull()) {
      return "";
    }
    if (!value.isJsonPrimitive() || value.getAsJsonPrimitive().isBoolean()) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "The " + name + " of " + where + " of " + file + " is not a string.",
          name.equals(ManifestEntry.LABEL)
              ? "Give one class, or several as an array of strings."
              : "Write it in double quotes.");
    }
    return value.getAsString();
  }

  private void read(String text, String where, Reading reading) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reading.run(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("something follows");
      }
    } catch (IOException | IllegalStateException | JsonParseException e) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          file + " is not valid JSON" + (where.equals("it") ? "" : ", in " + where) + ".",
          "Write an array of objects with path and label, or one such object on each line.",
          e);
    }
  }

  private interface Reading {
    void run(JsonReader reader) throws IOException;
  }
}
