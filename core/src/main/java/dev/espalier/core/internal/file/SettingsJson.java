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
 * Says what optimizers, losses, layers and the like are set to, so that two trainings can be
 * compared; nothing is made from it. Records are told component by component, whoever wrote them;
 * of anything else, such as a lambda, there is no more to tell than its class.
 */
public final class SettingsJson {
  static final String CLASS = "class";

  /** Names components that were added to a record and are what they were before; no difference. */
  static final String AS_BEFORE = "as-before";

  private SettingsJson() {}

  /** Returns what a value is set to. */
  public static JsonElement of(@Nullable Object value) {
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    }
    if (value instanceof Number || value instanceof CharSequence || value instanceof Shape) {
      // As Java writes them: they compare bit by bit, and NaN has a name.
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

  /** Returns the layers of a model by name, each with what it is applied to. */
  public static JsonObject ofModel(Model model) {
    JsonObject layers = new JsonObject();
    for (LayerOutput node : model.nodes()) {
      JsonObject layer = new JsonObject();
      layer.add("layer", of(node.plainLayer()));
      List<String> inputs = node.inputs().stream().map(input -> "" + input.outputName()).toList();
      layer.add("inputs", of(inputs));
      String name = "" + node.name();
      // One that is applied several times stands there as often.
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
      return new JsonPrimitive(TypeNames.of(type)); // it does not want to be looked into
    }
    return object;
  }
}
