package dev.espalier.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.espalier.core.EspalierVersion;
import dev.espalier.core.classifier.Classification;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Image;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.LayerOutput;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Open Inference Protocol, version 2, as KServe describes it, with the extension for binary
 * tensors in requests. Encoded images are {@code BYTES} of shape {@code [N]}, pixels {@code UINT8}
 * or {@code FP32} of shape {@code [N, height, width, channels]}, 0 to 255. Thread-safe.
 */
final class InferenceProtocol {
  private static final String INPUT = "image";
  private static final String CLASSES = "class";
  private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private final ServedModels models;
  private final RequestImages images;

  InferenceProtocol(ServedModels models, RequestImages images) {
    this.models = models;
    this.images = images;
  }

  void server(Context request) {
    JsonObject answer = new JsonObject();
    answer.addProperty("name", "espalier");
    answer.addProperty("version", EspalierVersion.current());
    JsonArray extensions = new JsonArray();
    extensions.add("binary_tensor_data");
    answer.add("extensions", extensions);
    Answers.json(request, answer);
  }

  void model(Context request) {
    ServedModel model = models.named(request.pathParam("name"));
    JsonObject answer = new JsonObject();
    answer.addProperty("name", model.name());
    JsonArray versions = new JsonArray();
    versions.add("1");
    answer.add("versions", versions);
    answer.addProperty("platform", "espalier_" + model.classifier().engine());
    JsonArray inputs = new JsonArray();
    inputs.add(description(INPUT, "BYTES", List.of(-1)));
    answer.add("inputs", inputs);
    JsonArray outputs = new JsonArray();
    for (LayerOutput output : model.classifier().model().outputs()) {
      List<Integer> shape = new ArrayList<>(List.of(-1));
      shape.addAll(output.shape().withoutBatch().sizes());
      outputs.add(description(String.valueOf(output.outputName()), "FP32", shape));
    }
    outputs.add(description(CLASSES, "BYTES", List.of(-1)));
    answer.add("outputs", outputs);
    Answers.json(request, answer);
  }

  void modelReady(Context request) {
    JsonObject answer = new JsonObject();
    answer.addProperty("name", models.named(request.pathParam("name")).name());
    answer.addProperty("ready", true);
    Answers.json(request, answer);
  }

  private static JsonObject description(String name, String type, List<Integer> sizes) {
    JsonObject one = new JsonObject();
    one.addProperty("name", name);
    one.addProperty("datatype", type);
    JsonArray shape = new JsonArray();
    sizes.forEach(shape::add);
    one.add("shape", shape);
    return one;
  }

  void infer(Context request) {
    ServedModel model = models.named(request.pathParam("name"));
    byte[] body = images.body(request);
    int headerLength = headerLength(request, body.length);
    if (!(RequestImages.parsed(Arrays.copyOf(body, headerLength)) instanceof JsonObject asked)) {
      throw RequestProblem.badRequest("The body is not a JSON object.");
    }
    List<Image> given =
        input(asked, ByteBuffer.wrap(body, headerLength, body.length - headerLength));
    List<Classification> answers =
        model.ask(classifier -> given.isEmpty() ? List.of() : classifier.classify(given));
    JsonObject answer = new JsonObject();
    answer.addProperty("model_name", model.name());
    answer.addProperty("model_version", "1");
    if (asked.get("id") instanceof JsonPrimitive id) {
      answer.add("id", id);
    }
    answer.add("outputs", outputs(model.classifier(), answers, wanted(asked)));
    Answers.json(request, answer);
  }

  private static int headerLength(Context request, int bodyLength) {
    String text = request.header(HEADER_LENGTH);
    if (text == null) {
      return bodyLength;
    }
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > bodyLength) {
      throw RequestProblem.badRequest(HEADER_LENGTH + " is not a length within the body.");
    }
    return Integer.parseInt(text);
  }

  private List<Image> input(JsonObject asked, ByteBuffer binary) {
    if (!(asked.get("inputs") instanceof JsonArray inputs)
        || inputs.size() != 1
        || !(inputs.get(0) instanceof JsonObject input)) {
      throw RequestProblem.badRequest("The model takes one input, \"" + INPUT + "\".");
    }
    String type = text(input, "datatype");
    List<Integer> shape = shape(input);
    ByteBuffer bytes = binary(input, binary);
    return switch (type) {
      case "BYTES" -> encoded(input, shape, bytes);
      case "UINT8", "FP32" -> pixels(input, type, shape, bytes);
      default ->
          throw RequestProblem.badRequest(
              "The datatype \"" + type + "\" is not one of BYTES, UINT8 and FP32.");
    };
  }

  private static String text(JsonObject object, String key) {
    JsonElement value = object.get(key);
    if (value == null || !value.isJsonPrimitive()) {
      throw RequestProblem.badRequest("The input has no " + key + ".");
    }
    return value.getAsString();
  }

  private static List<Integer> shape(JsonObject input) {
    List<Integer> shape = new ArrayList<>();
    if (input.get("shape") instanceof JsonArray sizes) {
      for (JsonElement size : sizes) {
        String text = size.isJsonPrimitive() ? size.getAsString() : "";
        if (!text.matches("[0-9]{1,6}")) {
          throw RequestProblem.badRequest("The shape " + sizes + " is not one of sizes.");
        }
        shape.add(Integer.valueOf(text));
      }
    }
    return shape;
  }

  private static @Nullable ByteBuffer binary(JsonObject input, ByteBuffer rest) {
    if (!(input.get("parameters") instanceof JsonObject parameters)
        || !parameters.has("binary_data_size")) {
      return null;
    }
    String text = parameters.get("binary_data_size").getAsString();
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) != rest.remaining()) {
      throw RequestProblem.badRequest(
          "binary_data_size is " + text + ", but " + rest.remaining() + " bytes follow the JSON.");
    }
    return rest.order(ByteOrder.LITTLE_ENDIAN);
  }

  private List<Image> encoded(JsonObject input, List<Integer> shape, @Nullable ByteBuffer bytes) {
    List<byte[]> files = bytes == null ? base64(input) : lengthPrefixed(bytes);
    int count = shape.stream().reduce(1, Math::multiplyExact);
    if (shape.isEmpty() || count != files.size()) {
      throw RequestProblem.badRequest(
          "The shape " + shape + " does not fit " + files.size() + " images.");
    }
    List<Image> decoded = new ArrayList<>();
    for (byte[] file : files) {
      decoded.add(images.decode(new RequestImages.Encoded("image " + decoded.size(), file)));
    }
    return decoded;
  }

  private static List<byte[]> base64(JsonObject input) {
    List<byte[]> files = new ArrayList<>();
    if (input.get("data") instanceof JsonArray data) {
      for (JsonElement text : data) {
        if (!text.isJsonPrimitive()) {
          throw RequestProblem.badRequest("The data are not texts in base64.");
        }
        files.add(RequestImages.base64(text.getAsString(), "Image " + files.size()));
      }
    }
    return files;
  }

  /** In binary data, each element of BYTES follows its length. */
  private static List<byte[]> lengthPrefixed(ByteBuffer bytes) {
    List<byte[]> files = new ArrayList<>();
    while (bytes.remaining() >= Integer.BYTES) {
      int length = bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw RequestProblem.badRequest("The binary data end within image " + files.size() + ".");
      }
      byte[] file = new byte[length];
      bytes.get(file);
      files.add(file);
    }
    return files;
  }

  private static List<Image> pixels(
      JsonObject input, String type, List<Integer> shape, @Nullable ByteBuffer bytes) {
    if (shape.size() != 4) {
      throw RequestProblem.badRequest(
          "Pixels have the shape [N, height, width, channels], not " + shape + ".");
    }
    long length = 1;
    for (int size : shape) {
      length *= size; // each below a million, so four of them fit
    }
    int each = type.equals("UINT8") ? 1 : Float.BYTES;
    float[] values =
        bytes == null ? numbers(input.get("data"), length) : numbers(bytes, each, length);
    int count = shape.get(0);
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] own = new byte[values.length / count];
      for (int p = 0; p < own.length; p++) {
        float value = values[i * own.length + p];
        if (!(value >= 0 && value <= 255)) {
          throw RequestProblem.badRequest("Pixels are numbers from 0 to 255, not " + value + ".");
        }
        own[p] = (byte) (int) Math.rint(value);
      }
      images.add(Image.wrap(shape.get(1), shape.get(2), shape.get(3), own));
    }
    return images;
  }

  private static float[] numbers(ByteBuffer bytes, int each, long length) {
    requireLength((double) bytes.remaining() / each, length);
    float[] values = new float[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = each == 1 ? bytes.get() & 0xff : bytes.getFloat();
    }
    return values;
  }

  private static void requireLength(double found, long length) {
    if (found != length) {
      throw RequestProblem.badRequest(
          "The shape has " + length + " elements, the data have another number.");
    }
  }

  /** Returns numbers that may be nested as deep as the shape. */
  private static float[] numbers(@Nullable JsonElement data, long length) {
    List<Float> found = new ArrayList<>();
    if (data != null) {
      collect(data, found, length, 0);
    }
    requireLength(found.size(), length);
    float[] values = new float[found.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = found.get(i);
    }
    return values;
  }

  private static void collect(JsonElement element, List<Float> found, long length, int depth) {
    if (element instanceof JsonArray array && depth < 5) {
      array.forEach(inner -> collect(inner, found, length, depth + 1));
    } else if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
      if (found.size() >= length) {
        requireLength(found.size() + 1, length);
      }
      found.add(element.getAsFloat());
    } else {
      throw RequestProblem.badRequest("The data are not numbers.");
    }
  }

  /** Returns the names of the outputs that are asked for; an empty set means all. */
  private static Set<String> wanted(JsonObject asked) {
    Set<String> names = new LinkedHashSet<>();
    if (asked.get("outputs") instanceof JsonArray outputs) {
      for (JsonElement output : outputs) {
        if (output instanceof JsonObject object) {
          names.add(text(object, "name"));
        }
      }
    }
    return names;
  }

  private static JsonArray outputs(
      Classifier classifier, List<Classification> answers, Set<String> wanted) {
    Map<String, JsonObject> all = new LinkedHashMap<>();
    for (LayerOutput output : classifier.model().outputs()) {
      String name = String.valueOf(output.outputName());
      all.put(name, values(name, output.shape().withoutBatch(), answers));
    }
    if (classifier.model().outputs().size() == 1) {
      JsonArray names = new JsonArray();
      answers.forEach(answer -> names.add(answer.className()));
      JsonObject classes = description(CLASSES, "BYTES", List.of(answers.size()));
      classes.add("data", names);
      all.put(CLASSES, classes);
    }
    JsonArray outputs = new JsonArray();
    for (String name : wanted.isEmpty() ? all.keySet() : wanted) {
      JsonObject output = all.get(name);
      if (output == null) {
        throw RequestProblem.badRequest(
            "The model has no output \"" + name + "\"; its outputs are: " + all.keySet() + ".");
      }
      outputs.add(output);
    }
    return outputs;
  }

  private static JsonObject values(String name, Shape shape, List<Classification> answers) {
    List<Integer> sizes = new ArrayList<>(List.of(answers.size()));
    sizes.addAll(shape.sizes());
    JsonArray data = new JsonArray();
    for (Classification answer : answers) {
      HostArray own = Objects.requireNonNull(answer.outputs().get(name));
      for (float value : own.toFloats()) {
        data.add(value);
      }
    }
    JsonObject output = description(name, "FP32", sizes);
    output.add("data", data);
    return output;
  }
}
