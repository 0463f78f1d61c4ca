package dev.espalier.core.internal.file;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.espalier.graph.Shape;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Describes the settings of optimizers, losses, layers and so on, so that two trainings can be
 * compared; objects are never created from it. Records are described component by component,
 * including those of plugins; anything else, such as a lambda, only by its class.
 */
public final class SettingsJson {
  static final String CLASS = "class";

  /**
   * Lists components that were added to a record later and have their previous behavior; they make
   * no difference.
   */
  public static final String AS_BEFORE = "as-before";

  private SettingsJson() {}

  /** Returns the description of a value. */
  public static JsonElement of(@Nullable Object value) {
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    }
    if (value instanceof Number || value instanceof CharSequence || value instanceof Shape) {
      // In Java's format, which preserves every bit and includes NaN.
      return new JsonPrimitive(value.toString());
    }
    if (value instanceof Enum<?> constant) {
      return new JsonPrimitive(constant.name());
    }
    if (value instanceof Collection<?> several) {
      JsonArray array = new JsonArray();
      several.forEach(element -> array.add(of(element)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, JsonElement> sorted = new TreeMap<>();
      map.forEach((key, element) -> sorted.put(String.valueOf(key), of(element)));
      JsonObject object = new JsonObject();
      sorted.forEach(object::add);
      return object;
    }
    if (value instanceof Model model) {
      return ofModel(model);
    }
    if (value instanceof Record record) {
      return ofRecord(record);
    }
    return new JsonPrimitive(TypeNames.of(value.getClass()));
  }

  /** Returns the layers of a model by name, each with its inputs. */
  public static JsonObject ofModel(Model model) {
    JsonObject layers = new JsonObject();
    for (LayerOutput node : model.nodes()) {
      JsonObject layer = new JsonObject();
      layer.add("layer", of(node.plainLayer()));
      List<String> inputs = node.inputs().stream().map(input -> "" + input.outputName()).toList();
      layer.add("inputs", of(inputs));
      String name = "" + node.name();
      // A layer that is applied several times occurs as often.
      String place = name;
      for (int i = 2; layers.has(place); i++) {
        place = name + " (" + i + ")";
      }
      layers.add(place, layer);
    }
    return layers;
  }

  private static JsonElement ofRecord(Record record) {
    Class<?> type = record.getClass();
    JsonObject object = new JsonObject();
    object.addProperty(CLASS, TypeNames.of(type));
    try {
      List<@Nullable Object> values = new ArrayList<>();
      for (RecordComponent component : type.getRecordComponents()) {
        component.getAccessor().setAccessible(true);
        Object value = component.getAccessor().invoke(record);
        values.add(value);
        object.add(component.getName(), of(value));
      }
      List<String> asBefore = GrownRecord.asBefore(record, values);
      if (!asBefore.isEmpty()) {
        object.add(AS_BEFORE, of(asBefore));
      }
    } catch (IllegalAccessException | InvocationTargetException | InaccessibleObjectException e) {
      return new JsonPrimitive(TypeNames.of(type)); // not accessible by reflection
    }
    return object;
  }
}
