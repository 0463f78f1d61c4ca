package dev.espalier.weights.keras;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Size2d;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one layer, checked as it is read. What is not there has Keras' default,
 * since older versions of Keras knew fewer settings.
 */
final class LayerConfig {
  /** Windows, strides, dilations and borders of real layers are far smaller. */
  private static final int LARGEST_SIZE = 4096;

  private final String path;
  private final String className;
  private final JsonObject values;
  private final Problems problems;
  private final boolean keras2;

  LayerConfig(String path, String className, JsonObject values, Problems problems, boolean keras2) {
    this.path = path;
    this.className = className;
    this.values = values;
    this.problems = problems;
    this.keras2 = keras2;
  }

  String className() {
    return className;
  }

  String path() {
    return path;
  }

  Problems problems() {
    return problems;
  }

  /** Returns whether Keras 2 wrote the file, where some names mean something else. */
  boolean keras2() {
    return keras2;
  }

  /** Returns the layer for messages. */
  String place() {
    return "layer \"" + path + "\" (" + className + ")";
  }

  void unsupported(String what) {
    problems.unsupported(path + " (" + className + ")", what);
  }

  /** Notes that the layer does nothing here, because it only matters in a training in Keras. */
  void leftOut() {
    problems.leftOut(path + " (" + className + ")");
  }

  EspalierException invalid(String key, String problem) {
    return problems.invalid(place() + ", " + key, problem);
  }

  /** Throws the error for something unsupported that shows up late. */
  void refuse(String what) {
    unsupported(what);
    problems.throwIfUnsupported();
  }

  @Nullable JsonElement get(String key) {
    return KerasJson.get(values, key);
  }

  Set<String> keys() {
    return values.keySet();
  }

  /** Returns a number of units, filters or the like. */
  int count(String key) {
    Integer value = KerasJson.integer(get(key));
    if (value == null || value < 1) {
      throw invalid(key, "there is no positive number below 2^31, but " + shown(key));
    }
    return value;
  }

  int count(String key, int otherwise) {
    return get(key) == null ? otherwise : count(key);
  }

  double number(String key, double otherwise) {
    if (get(key) == null) {
      return otherwise;
    }
    Double value = KerasJson.number(get(key));
    if (value == null) {
      throw invalid(key, "there is no number, but " + shown(key));
    }
    return value;
  }

  boolean flag(String key, boolean otherwise) {
    JsonElement value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (!KerasJson.isTrue(value) && !KerasJson.isFalse(value)) {
      throw invalid(key, "there is neither true nor false, but " + shown(key));
    }
    return KerasJson.isTrue(value);
  }

  String text(String key, String otherwise) {
    if (get(key) == null) {
      return otherwise;
    }
    String value = KerasJson.text(get(key));
    if (value == null) {
      throw invalid(key, "there is no text, but " + shown(key));
    }
    return value;
  }

  /** Returns whole numbers: those of a list, or a single one. */
  List<Integer> integers(String key) {
    List<JsonElement> items = KerasJson.list(get(key));
    List<Integer> numbers = new ArrayList<>();
    for (JsonElement item : items == null ? List.of(orNull(get(key))) : items) {
      Integer number = item.isJsonNull() ? null : KerasJson.integer(item);
      if (number == null) {
        throw invalid(key, "there are no whole numbers, but " + shown(key));
      }
      numbers.add(number);
    }
    return numbers;
  }

  /** Returns numbers: those of a list (which may be nested in lists of one), or a single one. */
  List<Double> numbers(String key, double otherwise) {
    JsonElement element = get(key);
    if (element == null) {
      return List.of(otherwise);
    }
    List<JsonElement> items = KerasJson.list(element);
    while (items != null && items.size() == 1 && KerasJson.list(items.get(0)) != null) {
      items = KerasJson.list(items.get(0));
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonElement item : items == null ? List.of(element) : items) {
      Double number = KerasJson.number(item);
      if (number == null) {
        throw invalid(key, "there are no numbers, but " + shown(key));
      }
      numbers.add(number);
    }
    return numbers;
  }

  Size2d size(String key, int otherwise) {
    if (get(key) == null) {
      return Size2d.square(otherwise);
    }
    List<Integer> sizes = integers(key);
    boolean fits = sizes.stream().allMatch(size -> size >= 1 && size <= LARGEST_SIZE);
    if (!fits || sizes.isEmpty() || sizes.size() > 2) {
      throw invalid(
          key, "there are no two numbers from 1 to " + LARGEST_SIZE + ", but " + shown(key));
    }
    return new Size2d(sizes.get(0), sizes.get(sizes.size() - 1));
  }

  /** Returns a number of rows or columns. */
  int border(String key, @Nullable JsonElement element) {
    Integer value = KerasJson.integer(element);
    if (value == null || value < 0 || value > LARGEST_SIZE) {
      throw invalid(key, "there are no numbers from 0 to " + LARGEST_SIZE + ", but " + shown(key));
    }
    return value;
  }

  Padding padding() {
    String value = text("padding", "valid");
    if (value.equals("same")) {
      return Padding.SAME;
    }
    if (!value.equals("valid")) {
      unsupported("padding " + value);
    }
    return Padding.VALID;
  }

  /** Notes as unsupported what is neither missing nor a given value. */
  void only(String key, Object... allowed) {
    JsonElement value = get(key);
    if (value == null) {
      return;
    }
    for (Object each : allowed) {
      boolean equal =
          each instanceof Number number
              ? Double.valueOf(number.doubleValue()).equals(KerasJson.number(value))
              : each instanceof Boolean flag
                  ? flag ? KerasJson.isTrue(value) : KerasJson.isFalse(value)
                  : each.equals(KerasJson.text(value));
      if (equal) {
        return;
      }
    }
    unsupported(key + " " + shown(key));
  }

  /** Notes as unsupported what is there. */
  void absent(String key) {
    only(key);
  }

  /** Returns a value for messages. */
  String shown(String key) {
    String text = String.valueOf(values.get(key));
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  private static JsonElement orNull(@Nullable JsonElement element) {
    return element == null ? JsonNull.INSTANCE : element;
  }
}
