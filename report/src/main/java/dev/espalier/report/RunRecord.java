package dev.espalier.report;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.error.PrintableText;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings and results of a run, as its folder keeps them for programs. Immutable.
 *
 * @param title such as {@code efficientnetv2-b0 on pets}
 * @param configuration all settings by key
 * @param classNames names of the classes; empty if unknown
 * @param metric the main metric, such as {@code accuracy}
 * @param monitor the value that decided which epoch was the best; empty if unknown
 * @param seconds how long the run took
 * @param history its epochs
 * @param models its models, the one to use first
 */
public record RunRecord(
    String title,
    Map<String, String> configuration,
    List<String> classNames,
    String metric,
    String monitor,
    double seconds,
    RunHistory history,
    List<EvaluatedModel> models) {
  /** Name of the file in the folder of a run. */
  public static final String FILE_NAME = "results.json";

  private static final int FORMAT = 1;
  private static final int MAXIMUM_DEPTH = 20;

  /** Copies the collections. */
  public RunRecord {
    configuration = Collections.unmodifiableMap(new LinkedHashMap<>(configuration));
    classNames = List.copyOf(classNames);
    models = List.copyOf(models);
  }

  /** Returns it as JSON; a value that is not finite is null. */
  public String json() {
    JsonObject object = new JsonObject();
    object.addProperty("format", FORMAT);
    object.addProperty("title", title);
    object.addProperty("metric", metric);
    object.addProperty("monitor", monitor);
    object.add("seconds", number(seconds));
    JsonArray names = new JsonArray();
    classNames.forEach(names::add);
    object.add("classes", names);
    JsonArray trained = new JsonArray();
    for (EvaluatedModel model : models) {
      JsonObject one = new JsonObject();
      one.addProperty("title", model.title());
      if (model.file() != null) {
        one.addProperty("file", model.file());
      }
      one.addProperty("epoch", model.epoch());
      one.add("validation", values(model.validation()));
      one.add("test", values(model.test()));
      trained.add(one);
    }
    object.add("models", trained);
    JsonArray epochs = new JsonArray();
    for (RunHistory.Epoch epoch : history.epochs()) {
      JsonObject one = new JsonObject();
      one.addProperty("phase", epoch.phase());
      one.addProperty("epoch", epoch.number());
      one.add("seconds", number(epoch.seconds()));
      one.add("values", values(epoch.values()));
      epochs.add(one);
    }
    object.add("epochs", epochs);
    JsonObject settings = new JsonObject();
    configuration.forEach(settings::addProperty);
    object.add("configuration", settings);
    return new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create()
            .toJson(object)
        + "\n";
  }

  private static JsonElement number(double value) {
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }

  private static JsonObject values(Map<String, Double> values) {
    JsonObject object = new JsonObject();
    values.forEach((name, value) -> object.add(name, number(value)));
    return object;
  }

  /**
   * Reads the record of a complete run.
   *
   * @param run folder of the run, or the file itself
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} if there is no complete run;
   *     {@link ErrorCode#INVALID_DATA_FILE} if the file is damaged
   */
  public static RunRecord read(Path run) {
    Path file = Files.isDirectory(run) ? run.resolve(FILE_NAME) : run;
    if (!Files.isRegularFile(file)) {
      throw noRun(run);
    }
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The results in " + file + " cannot be read: " + FailureReason.of(e) + ".",
          "Name the folder of a complete run.",
          e);
    }
    return parse(text, file.toString());
  }

  /**
   * Returns the record in a text.
   *
   * @param place where the text is, for errors
   */
  static RunRecord parse(String text, String place) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    reader.setNestingLimit(MAXIMUM_DEPTH);
    try {
      return of(JsonParser.parseReader(reader).getAsJsonObject());
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "The results in "
              + place
              + " are damaged: "
              + PrintableText.of("" + e.getMessage(), 200)
              + ".",
          "Name the folder of another run, or repeat this one.",
          e);
    }
  }

  private static EspalierException noRun(Path run) {
    boolean started = Files.isRegularFile(run.resolve(Configuration.FILE_NAME));
    String why =
        !Files.exists(run)
            ? "there is no such folder"
            : "it has no " + FILE_NAME + (started ? ", so that the run has not ended" : "");
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "There is no complete run in " + run + ": " + why + ".",
        started
            ? "Resume it first, with --resume " + run + "."
            : "Name the folder of a complete run, such as runs/DATE-MODEL.");
  }

  private static RunRecord of(JsonObject object) {
    int format = required(object, "format").getAsInt();
    if (format != FORMAT) {
      throw new JsonParseException("its format is " + format + ", and this version reads 1");
    }
    List<String> classNames = new ArrayList<>();
    required(object, "classes").getAsJsonArray().forEach(one -> classNames.add(one.getAsString()));
    List<EvaluatedModel> models = new ArrayList<>();
    for (JsonElement element : required(object, "models").getAsJsonArray()) {
      JsonObject one = element.getAsJsonObject();
      models.add(
          new EvaluatedModel(
              text(one, "title"),
              one.has("file") ? text(one, "file") : null,
              required(one, "epoch").getAsInt(),
              values(one, "validation"),
              values(one, "test")));
    }
    List<RunHistory.Epoch> epochs = new ArrayList<>();
    for (JsonElement element : required(object, "epochs").getAsJsonArray()) {
      JsonObject one = element.getAsJsonObject();
      epochs.add(
          new RunHistory.Epoch(
              text(one, "phase"),
              required(one, "epoch").getAsInt(),
              values(one, "values"),
              number(one.get("seconds"))));
    }
    Map<String, String> configuration = new LinkedHashMap<>();
    required(object, "configuration")
        .getAsJsonObject()
        .entrySet()
        .forEach(entry -> configuration.put(entry.getKey(), entry.getValue().getAsString()));
    return new RunRecord(
        text(object, "title"),
        configuration,
        classNames,
        text(object, "metric"),
        text(object, "monitor"),
        number(object.get("seconds")),
        new RunHistory(epochs),
        models);
  }

  private static JsonElement required(JsonObject object, String name) {
    JsonElement element = object.get(name);
    if (element == null || element.isJsonNull()) {
      throw new JsonParseException("\"" + name + "\" is missing");
    }
    return element;
  }

  private static String text(JsonObject object, String name) {
    return required(object, name).getAsString();
  }

  private static double number(@Nullable JsonElement element) {
    return element == null || element.isJsonNull() ? Double.NaN : element.getAsDouble();
  }

  private static Map<String, Double> values(JsonObject object, String name) {
    Map<String, Double> values = new LinkedHashMap<>();
    required(object, name)
        .getAsJsonObject()
        .entrySet()
        .forEach(entry -> values.put(entry.getKey(), number(entry.getValue())));
    return values;
  }

  /** Returns the model to use, or null if the run has none. */
  @Nullable EvaluatedModel bestModel() {
    return models.isEmpty() ? null : models.get(0);
  }
}
