package dev.espalier.core.internal.file;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Layer;
import dev.espalier.model.Model;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts records with plain components to JSON and back by reflection. Where a component is
 * declared as an interface, the object also contains its class name under the key {@code class},
 * which cannot be a component's name.
 */
final class ValueCodec {
  private static final String CLASS = "class";
  private static final String CONSTANT = "constant";

  private final KnownTypes types;
  private final ModelCodec models;

  ValueCodec(KnownTypes types, ModelCodec models) {
    this.types = types;
    this.models = models;
  }

  // ---- writing

  /**
   * Returns the JSON of a value.
   *
   * @param declared type that the reader knows from the declaration
   */
  JsonElement encode(@Nullable Object value, Class<?> declared, String place) {
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    }
    if (value instanceof Double || value instanceof Float) {
      Number number = (Number) value;
      // JSON has no syntax for infinity and NaN.
      return Double.isFinite(number.doubleValue())
          ? new JsonPrimitive(number)
          : new JsonPrimitive(number.toString());
    }
    if (value instanceof Integer || value instanceof Long) {
      return new JsonPrimitive((Number) value);
    }
    if (value instanceof String text) {
      return new JsonPrimitive(text);
    }
    if (value instanceof Enum<?> constant) {
      return encodeConstant(constant, declared);
    }
    if (value instanceof List<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(element -> array.add(encode(element, Object.class, place)));
      return array;
    }
    if (value instanceof Shape shape) {
      JsonArray array = new JsonArray();
      shape.sizes().forEach(array::add);
      return array;
    }
    if (value instanceof Model model) {
      JsonObject object = models.encode(model, place + "/");
      object.addProperty(CLASS, Model.class.getSimpleName());
      return object;
    }
    if (value instanceof Record record) {
      return encodeRecord(record, declared, place);
    }
    throw cannotBeWritten(place, value);
  }

  /** A constant of an enum that only a plugin knows is marked with its class. */
  private JsonElement encodeConstant(Enum<?> constant, Class<?> declared) {
    if (!declared.isInterface() || types.constant(declared, constant.name()) == constant) {
      return new JsonPrimitive(constant.name());
    }
    JsonObject object = new JsonObject();
    object.addProperty(CLASS, KnownTypes.nameOf(constant.getDeclaringClass()));
    object.addProperty(CONSTANT, constant.name());
    return object;
  }

  private JsonObject encodeRecord(Record record, Class<?> declared, String place) {
    Class<?> type = record.getClass();
    JsonObject object = new JsonObject();
    if (declared != type) {
      // Fail when writing rather than when the file is needed. A class that is unknown here may
      // come from a plugin that only the reader has, unless the reader would resolve its name to a
      // different class.
      Class<?> known = types.find(declared, KnownTypes.nameOf(type));
      if (known != type && (known != null || !declared.isInterface())) {
        throw cannotBeWritten(place, record);
      }
      object.addProperty(CLASS, KnownTypes.nameOf(type));
    }
    for (RecordComponent component : type.getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        Object value = component.getAccessor().invoke(record);
        object.add(component.getName(), encode(value, component, place));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(type + " does not show " + component.getName(), e);
      }
    }
    return object;
  }

  private JsonElement encode(@Nullable Object value, RecordComponent component, String place) {
    String inner = place + ", " + component.getName();
    if (value instanceof List<?> list) {
      if (!(component.getGenericType() instanceof ParameterizedType generic)
          || !(generic.getActualTypeArguments()[0] instanceof Class<?> declared)) {
        throw cannotBeWritten(inner, value);
      }
      JsonArray array = new JsonArray();
      list.forEach(element -> array.add(encode(element, declared, inner)));
      return array;
    }
    return encode(value, component.getType(), inner);
  }

  private static EspalierException cannotBeWritten(String place, Object value) {
    return new EspalierException(
        ErrorCode.INVALID_ARGUMENT,
        "The model cannot be written to a file: at "
            + place
            + " there is a "
            + value.getClass().getName()
            + ", which is not a record of plain components.",
        "Make it a record of numbers, booleans, strings, enums, lists and records of"
            + " those, not a lambda (in Kotlin: @JvmRecord data class), with a name that"
            + " nothing in Espalier has. Layers, initializers and activations must also come"
            + " from a plugin, so that the file can be read.");
  }

  // ---- reading

  @Nullable Object decode(
      FileProblems problems, JsonElement json, Type declared, boolean nullable, String place) {
    if (json.isJsonNull()) {
      if (!nullable) {
        throw problems.at(place, "it is null");
      }
      return null;
    }
    if (declared instanceof ParameterizedType parameterized
        && parameterized.getRawType() == List.class) {
      return decodeList(problems, json, elementType(declared, place), place);
    }
    Class<?> type = rawType(declared, place);
    if (type == boolean.class || type == Boolean.class) {
      if (!Json.isBoolean(json)) {
        throw problems.at(place, "it is not true or false");
      }
      return json.getAsBoolean();
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return decodeNumber(problems, json, type, place);
    }
    if (type == String.class) {
      return text(problems, json, place);
    }
    if (type.isEnum()) {
      return decodeEnum(problems, json, type, place);
    }
    if (type == Shape.class) {
      return decodeShape(problems, json, place);
    }
    if (type.isInterface() && Json.isString(json)) {
      return decodeConstant(problems, json, type, place);
    }
    if (!json.isJsonObject()) {
      throw problems.at(place, "it is not an object");
    }
    return decodeObject(problems, json.getAsJsonObject(), type, place);
  }

  private Object decodeObject(
      FileProblems problems, JsonObject object, Class<?> declared, String place) {
    JsonElement name = object.get(CLASS);
    if (name == null) {
      if (declared == Model.class) {
        return models.decode(problems, object, place + "/");
      }
      if (!declared.isRecord()) {
        throw problems.at(place, "it does not name its class");
      }
      return decodeRecord(problems, object, declared, place);
    }
    String className = text(problems, name, place);
    if (className.equals(Model.class.getSimpleName()) && declared.isAssignableFrom(Model.class)) {
      return models.decode(problems, object, place + "/");
    }
    Class<?> type = types.find(declared, className);
    if (type == null) {
      EspalierException unknown =
          NearestNames.unknown(
              ErrorCode.UNKNOWN_NAME,
              declared == Layer.class ? "type of layer" : declared.getSimpleName(),
              className,
              types.names(declared));
      throw new EspalierException(
          ErrorCode.UNKNOWN_NAME,
          "The file "
              + problems.file()
              + " needs something unknown at "
              + place
              + ": "
              + unknown.problem(),
          "Add the plugin that provides it to the class path. " + unknown.remedy());
    }
    if (type.isEnum()) {
      return decodeEnum(problems, object.get(CONSTANT), type, place);
    }
    if (!type.isRecord()) {
      throw problems.at(place, className + " is not a record");
    }
    return decodeRecord(problems, object, type, place);
  }

  private Object decodeConstant(
      FileProblems problems, JsonElement json, Class<?> declared, String place) {
    String name = text(problems, json, place);
    Object constant = types.constant(declared, name);
    if (constant == null) {
      throw problems.at(place, "\"" + name + "\" is not one of " + types.constants(declared));
    }
    return constant;
  }

  private Object decodeRecord(
      FileProblems problems, JsonObject object, Class<?> type, String place) {
    RecordComponent[] components = type.getRecordComponents();
    Set<String> unexpected = new LinkedHashSet<>(object.keySet());
    unexpected.remove(CLASS);
    int named = 0; // components up to the last one in the file
    for (int i = 0; i < components.length; i++) {
      if (unexpected.remove(components[i].getName())) {
        named = i + 1;
      }
    }
    if (!unexpected.isEmpty()) {
      throw problems.unknown(
          place, KnownTypes.nameOf(type) + " has no " + String.join(", ", unexpected));
    }
    GrownRecord grown = new GrownRecord(type);
    int count = grown.isMadeOf(named) ? named : components.length;
    List<@Nullable Object> arguments = new ArrayList<>();
    for (RecordComponent component : Arrays.asList(components).subList(0, count)) {
      String inner = place + ", " + component.getName();
      JsonElement value = object.get(component.getName());
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      if (value == null && !nullable) {
        throw problems.at(inner, "it is missing");
      }
      arguments.add(
          value == null
              ? null
              : decode(problems, value, component.getGenericType(), nullable, inner));
    }
    try {
      return grown.create(arguments);
    } catch (InvocationTargetException e) {
      throw grown.failure(problems, place, e);
    }
  }

  private List<?> decodeList(
      FileProblems problems, JsonElement json, Type elementType, String place) {
    if (!json.isJsonArray()) {
      throw problems.at(place, "it is not a list");
    }
    List<@Nullable Object> list = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray()) {
      list.add(decode(problems, element, elementType, false, place));
    }
    return list;
  }

  private static Object decodeNumber(
      FileProblems problems, JsonElement json, Class<?> type, String place) {
    // Numbers may be strings too, for NaN and infinities.
    String text = json.isJsonPrimitive() ? json.getAsString() : "";
    try {
      if (type == double.class || type == Double.class) {
        return Double.valueOf(text);
      }
      if (type == float.class || type == Float.class) {
        return Float.valueOf(text);
      }
      if (type == int.class || type == Integer.class) {
        return Integer.valueOf(text);
      }
      if (type == long.class || type == Long.class) {
        return Long.valueOf(text);
      }
    } catch (NumberFormatException e) {
      throw problems.at(place, "it is not a number that fits");
    }
    throw new IllegalStateException(type + " is not a plain component");
  }

  private static Object decodeEnum(
      FileProblems problems, @Nullable JsonElement json, Class<?> type, String place) {
    String name = text(problems, json, place);
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(((Enum<?>) constant).name(), constant);
    }
    Object constant = constants.get(name);
    if (constant == null) {
      throw problems.at(place, "\"" + name + "\" is not one of " + constants.keySet());
    }
    return constant;
  }

  private static Shape decodeShape(FileProblems problems, JsonElement json, String place) {
    if (!json.isJsonArray()) {
      throw problems.at(place, "it is not a list of sizes");
    }
    List<Integer> sizes = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray()) {
      int size = (Integer) decodeNumber(problems, element, int.class, place);
      if (size < Shape.UNKNOWN) {
        throw problems.at(place, size + " is not a size");
      }
      sizes.add(size);
    }
    return Shape.of(sizes);
  }

  static String text(FileProblems problems, @Nullable JsonElement json, String place) {
    if (json == null || !Json.isString(json)) {
      throw problems.at(place, "it is not a string");
    }
    return json.getAsString();
  }

  private static Type elementType(Type declared, String place) {
    if (declared instanceof ParameterizedType parameterized
        && parameterized.getRawType() == List.class) {
      return parameterized.getActualTypeArguments()[0];
    }
    throw new IllegalStateException(place + ": only List<...> is a plain component");
  }

  private static Class<?> rawType(Type type, String place) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    throw new IllegalStateException(place + ": " + type + " is not a plain component");
  }
}
