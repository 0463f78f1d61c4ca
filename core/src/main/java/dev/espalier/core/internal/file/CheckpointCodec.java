package dev.espalier.core.internal.file;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.callback.CallbackState;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.metric.MetricSums;
import dev.espalier.model.Weights;
import dev.espalier.training.History;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Encodes a checkpoint as JSON text. Fractional numbers are strings in Java's format, which
 * preserves every bit, infinity and NaN; JSON has no syntax for the latter.
 */
final class CheckpointCodec {
  /** Increased whenever an older reader could misinterpret a newer file. */
  private static final int FORMAT = 3;

  /** The first format that contains the settings of the training. */
  private static final int SETTINGS = 2;

  /** The first format in which metrics store their own sums rather than one number per sample. */
  private static final int METRIC_SUMS = 3;

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private CheckpointCodec() {}

  static String toJson(Checkpoint checkpoint) {
    JsonObject object = new JsonObject();
    object.addProperty("format", FORMAT);
    object.add("run", run(checkpoint.run()));
    object.addProperty("epoch", checkpoint.epoch());
    object.addProperty("step", checkpoint.step());
    object.addProperty("epochsTrained", checkpoint.epochsTrained());
    object.addProperty("stepsTrained", checkpoint.stepsTrained());
    JsonObject rate = new JsonObject();
    rate.addProperty("value", Float.toString(checkpoint.learningRate().value()));
    rate.addProperty("lastUsed", Float.toString(checkpoint.learningRate().lastUsed()));
    rate.addProperty("iterations", checkpoint.learningRate().iterations());
    object.add("learningRate", rate);
    JsonObject sums = new JsonObject();
    sums.addProperty("samples", checkpoint.sums().samples());
    sums.add("byName", sums(checkpoint.sums().byName()));
    object.add("sums", sums);
    JsonArray history = new JsonArray();
    for (History.Epoch epoch : checkpoint.history()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("epoch", epoch.index());
      entry.add("figures", figures(epoch.values()));
      history.add(entry);
    }
    object.add("history", history);
    JsonArray callbacks = new JsonArray();
    for (Checkpoint.Carried carried : checkpoint.callbacks()) {
      JsonObject values = new JsonObject();
      carried.state().values().forEach(values::addProperty);
      JsonObject entry = new JsonObject();
      entry.addProperty("type", carried.type());
      entry.add("values", values);
      callbacks.add(entry);
    }
    object.add("callbacks", callbacks);
    return GSON.toJson(object);
  }

  private static JsonObject run(Checkpoint.Run run) {
    JsonArray trainable = new JsonArray();
    run.trainable().forEach(trainable::add);
    JsonObject object = new JsonObject();
    object.addProperty("seed", run.seed());
    object.add("trainable", trainable);
    object.addProperty("samples", run.samples());
    object.addProperty("images", run.images());
    object.addProperty("batchSize", run.batchSize());
    object.addProperty("shuffle", run.shuffle());
    object.addProperty("dropRemainder", run.dropRemainder());
    object.add("settings", run.settings());
    return object;
  }

  private static JsonObject sums(Map<String, MetricSums> byName) {
    JsonObject object = new JsonObject();
    byName.forEach(
        (name, sums) -> {
          JsonArray arrays = new JsonArray();
          for (int i = 0; i < sums.count(); i++) {
            JsonArray shape = new JsonArray();
            sums.shape(i).sizes().forEach(shape::add);
            JsonArray values = new JsonArray();
            for (double value : sums.values(i)) {
              values.add(Double.toString(value));
            }
            JsonObject array = new JsonObject();
            array.add("shape", shape);
            array.add("values", values);
            arrays.add(array);
          }
          object.add(name, arrays);
        });
    return object;
  }

  private static JsonObject figures(Map<String, Double> figures) {
    JsonObject object = new JsonObject();
    figures.forEach((name, value) -> object.addProperty(name, value.toString()));
    return object;
  }

  /**
   * Decodes a checkpoint from its text and its arrays.
   *
   * @param states arrays of the callbacks, by their index
   */
  static Checkpoint ofJson(
      FileProblems problems,
      String text,
      Weights weights,
      Weights slots,
      IntFunction<Weights> states) {
    Fields fields =
        new Fields(problems, "the position", Json.parseObject(problems, "the position", text));
    int format = (int) fields.wholeNumber("format", 1, Integer.MAX_VALUE);
    if (format > FORMAT) {
      throw new EspalierException(
          ErrorCode.INVALID_WEIGHT_FILE,
          "The checkpoint "
              + problems.file()
              + " has format "
              + format
              + "; this version reads formats up to "
              + FORMAT
              + ".",
          "Resume with the version of Espalier that wrote it, or delete it to start over.");
    }
    if (format < SETTINGS) {
      throw new EspalierException(
          ErrorCode.INVALID_WEIGHT_FILE,
          "The checkpoint "
              + problems.file()
              + " was written by an older version of Espalier, which did not record the"
              + " settings of the training, so they cannot be compared.",
          "Resume with the version of Espalier that wrote it, or delete it to start"
              + " over; its weights can be loaded as a model.");
    }
    Fields run = fields.object("run");
    Fields rate = fields.object("learningRate");
    Fields sums = fields.object("sums");
    List<History.Epoch> history = new ArrayList<>();
    for (Fields epoch : fields.objects("history")) {
      history.add(
          new History.Epoch(
              (int) epoch.wholeNumber("epoch", 0, Integer.MAX_VALUE),
              epoch.object("figures").all(Double::valueOf)));
    }
    List<Checkpoint.Carried> callbacks = new ArrayList<>();
    for (Fields callback : fields.objects("callbacks")) {
      callbacks.add(
          new Checkpoint.Carried(
              callback.text("type"),
              CallbackState.of(callback.object("values").all(value -> value))
                  .withWeights(states.apply(callbacks.size()))));
    }
    return new Checkpoint(
        new Checkpoint.Run(
            run.wholeNumber("seed", Long.MIN_VALUE, Long.MAX_VALUE),
            run.texts("trainable"),
            (int) run.wholeNumber("samples", 1, Integer.MAX_VALUE),
            run.text("images"),
            (int) run.wholeNumber("batchSize", 1, Integer.MAX_VALUE),
            run.truth("shuffle"),
            run.truth("dropRemainder"),
            EarlierSettings.ofTraining(run.object("settings").object())),
        (int) fields.wholeNumber("epoch", 0, Integer.MAX_VALUE),
        (int) fields.wholeNumber("step", 0, Integer.MAX_VALUE),
        fields.wholeNumber("epochsTrained", 0, Long.MAX_VALUE),
        fields.wholeNumber("stepsTrained", 0, Long.MAX_VALUE),
        new Checkpoint.Rate(
            rate.value("value", Float::valueOf),
            rate.value("lastUsed", Float::valueOf),
            rate.wholeNumber("iterations", 0, Long.MAX_VALUE)),
        new Checkpoint.Sums(
            sums.wholeNumber("samples", 0, Long.MAX_VALUE),
            format < METRIC_SUMS ? oldSums(sums) : sums(sums.object("byName"))),
        history,
        callbacks,
        weights,
        slots);
  }

  private static Map<String, MetricSums> sums(Fields byName) {
    Map<String, MetricSums> all = new LinkedHashMap<>();
    for (String name : byName.object().keySet()) {
      List<Shape> shapes = new ArrayList<>();
      List<double[]> values = new ArrayList<>();
      for (Fields array : byName.objects(name)) {
        shapes.add(array.shape("shape"));
        values.add(array.numbers("values"));
      }
      try {
        all.put(name, MetricSums.of(shapes, values));
      } catch (EspalierException e) {
        throw byName.problems().at(byName.place() + ", " + name, "the sums do not fill shapes", e);
      }
    }
    return all;
  }

  /** Converts old sums: every metric was the mean of one number per sample. */
  private static Map<String, MetricSums> oldSums(Fields sums) {
    double samples = sums.wholeNumber("samples", 0, Long.MAX_VALUE);
    Map<String, MetricSums> all = new LinkedHashMap<>();
    sums.object("byName")
        .all(Double::valueOf)
        .forEach(
            (name, sum) ->
                all.put(
                    name,
                    name.equals("loss")
                        ? MetricSums.of(List.of(Shape.scalar()), List.of(new double[] {sum}))
                        : MetricSums.of(
                            List.of(Shape.scalar(), Shape.scalar()),
                            List.of(new double[] {sum}, new double[] {samples}))));
    return all;
  }

  /** The fields of an object, each validated when it is read. */
  private record Fields(FileProblems problems, String place, JsonObject object) {
    private JsonElement field(String name) {
      JsonElement element = object.get(name);
      if (element == null) {
        throw problems.at(place, "it has no " + name);
      }
      return element;
    }

    String text(String name) {
      JsonElement element = field(name);
      if (!Json.isString(element)) {
        throw problems.at(place + ", " + name, "it is not a string");
      }
      return element.getAsString();
    }

    <T> T value(String name, Function<String, T> parser) {
      String text = text(name);
      try {
        return parser.apply(text);
      } catch (NumberFormatException e) {
        throw problems.at(place + ", " + name, "\"" + text + "\" is not a number", e);
      }
    }

    long wholeNumber(String name, long least, long most) {
      JsonElement element = field(name);
      String text = Json.isNumber(element) ? element.getAsString() : "";
      // Checked as text, because a number such as 1e999999999 must not be expanded.
      if (text.matches("-?[0-9]{1,19}")) {
        try {
          long number = Long.parseLong(text);
          if (number >= least && number <= most) {
            return number;
          }
        } catch (NumberFormatException e) {
          throw problems.at(place + ", " + name, "it is too large", e);
        }
      }
      throw problems.at(
          place + ", " + name, "it is not a whole number from " + least + " to " + most);
    }

    Shape shape(String name) {
      List<Integer> sizes = new ArrayList<>();
      for (JsonElement element : list(name)) {
        if (!Json.isNumber(element) || !element.getAsString().matches("[0-9]{1,9}")) {
          throw problems.at(place + ", " + name, "it is not a list of sizes");
        }
        sizes.add(element.getAsInt());
      }
      return Shape.of(sizes);
    }

    double[] numbers(String name) {
      JsonArray list = list(name);
      double[] numbers = new double[list.size()];
      for (int i = 0; i < numbers.length; i++) {
        try {
          numbers[i] = Double.parseDouble(list.get(i).getAsString());
        } catch (NumberFormatException | IllegalStateException | UnsupportedOperationException e) {
          throw problems.at(place + ", " + name, "it holds something that is not a number", e);
        }
      }
      return numbers;
    }

    boolean truth(String name) {
      JsonElement element = field(name);
      if (!Json.isBoolean(element)) {
        throw problems.at(place + ", " + name, "it is neither true nor false");
      }
      return element.getAsBoolean();
    }

    Fields object(String name) {
      return objectAt(place + ", " + name, field(name));
    }

    private Fields objectAt(String at, JsonElement element) {
      if (!element.isJsonObject()) {
        throw problems.at(at, "it is not an object");
      }
      return new Fields(problems, at, element.getAsJsonObject());
    }

    private JsonArray list(String name) {
      JsonElement element = field(name);
      if (!element.isJsonArray()) {
        throw problems.at(place + ", " + name, "it is not a list");
      }
      return element.getAsJsonArray();
    }

    List<Fields> objects(String name) {
      List<Fields> objects = new ArrayList<>();
      for (JsonElement element : list(name)) {
        objects.add(objectAt(place + ", " + name + "[" + objects.size() + "]", element));
      }
      return objects;
    }

    List<String> texts(String name) {
      List<String> texts = new ArrayList<>();
      for (JsonElement element : list(name)) {
        if (!Json.isString(element)) {
          throw problems.at(place + ", " + name, "it is not a list of strings");
        }
        texts.add(element.getAsString());
      }
      return texts;
    }

    <T> Map<String, T> all(Function<String, T> parser) {
      Map<String, T> values = new LinkedHashMap<>();
      object.keySet().forEach(name -> values.put(name, value(name, parser)));
      return values;
    }
  }
}
