package dev.espalier.testkit.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.graph.Shape;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads JSON files of golden values. */
final class GoldenJson {
  private GoldenJson() {}

  static JsonObject read(String name) {
    Path file = SharedData.path("golden/" + name);
    try (Reader reader = Files.newBufferedReader(file)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Double> numbers(JsonElement array) {
    List<Double> numbers = new ArrayList<>();
    array.getAsJsonArray().forEach(element -> numbers.add(element.getAsDouble()));
    return List.copyOf(numbers);
  }

  static Shape shape(JsonElement array) {
    return Shape.of(numbers(array).stream().mapToInt(Double::intValue).toArray());
  }
}
