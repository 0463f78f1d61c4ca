package dev.espalier.datasets;

import com.google.gson.JsonParseException;
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
import java.util.List;

/** Reads a JSON array of objects, or one JSON object on each line. */
final class ManifestJson {
  private final Path file;

  ManifestJson(Path file) {
    this.file = file;
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
    String path = null;
    List<String> labels = List.of();
    boolean several = false;
    String split = null;
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (name.equals(ManifestEntry.PATH)) {
        path = text(reader, name, where);
      } else if (name.equals(ManifestEntry.SPLIT)) {
        split = text(reader, name, where);
      } else if (name.equals(ManifestEntry.LABEL)) {
        several = reader.peek() == JsonToken.BEGIN_ARRAY;
        labels = several ? texts(reader, name, where) : List.of(text(reader, name, where));
      } else {
        reader.skipValue();
      }
    }
    reader.endObject();
    return new ManifestEntry(file, where, path, labels, several, split);
  }

  private List<String> texts(JsonReader reader, String name, String where) throws IOException {
    List<String> texts = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      texts.add(text(reader, name, where));
    }
    reader.endArray();
    return texts;
  }

  /** Returns a text or a number as it is written; the empty text for null. */
  private String text(JsonReader reader, String name, String where) throws IOException {
    JsonToken kind = reader.peek();
    if (kind == JsonToken.NULL) {
      reader.nextNull();
      return "";
    }
    if (kind != JsonToken.STRING && kind != JsonToken.NUMBER) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "The " + name + " of " + where + " of " + file + " is not a text.",
          name.equals(ManifestEntry.LABEL)
              ? "Name one class, or several as an array of texts."
              : "Write it in double quotes.");
    }
    return reader.nextString();
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
          file
              + " is not the JSON it begins as"
              + (where.equals("it") ? "" : ", in " + where)
              + ".",
          "Write an array of objects with path and label, or one such object on each line.",
          e);
    }
  }

  private interface Reading {
    void run(JsonReader reader) throws IOException;
  }
}
