package dev.espalier.core.internal.file;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of a model file other than the arrays: the JSON text under one metadata key.
 *
 * @param model without values
 * @param version of Espalier that wrote the file
 */
public record ModelConfiguration(Model model, List<String> classNames, String version) {
  /** Increased whenever an older reader could misinterpret a newer file. */
  private static final int FORMAT = 1;

  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
  private static final String PLACE = "the configuration";
  private static final String INFERENCE = "inference";

  /** Returns the JSON text; equal configurations have equal texts. */
  public String toJson(KnownTypes types) {
    JsonArray names = new JsonArray();
    classNames.forEach(names::add);
    JsonObject object = new JsonObject();
    object.addProperty("format", FORMAT);
    object.addProperty("version", version);
    object.add("model", new ModelCodec(types).encode(model));
    object.add("classNames", names);
    InferenceSettings inference = model.inferenceSettings();
    if (!inference.equals(InferenceSettings.defaults())) {
      object.add(
          INFERENCE,
          values(types).encode(inference, InferenceSettings.class, PLACE + ", " + INFERENCE));
    }
    return GSON.toJson(object);
  }

  /**
   * Parses the JSON text of a configuration.
   *
   * @param file for errors
   * @throws EspalierException {@link ErrorCode#INVALID_WEIGHT_FILE} naming the invalid place;
   *     {@link ErrorCode#UNKNOWN_NAME} for a layer type that no plugin contributes
   */
  public static ModelConfiguration ofJson(Path file, String text, KnownTypes types) {
    FileProblems problems = new FileProblems(file);
    JsonObject object = Json.parseObject(problems, PLACE, text);
    String version = ValueCodec.text(problems, object.get("version"), PLACE + ", version");
    JsonElement format = object.get("format");
    if (format == null || !Json.isNumber(format) || !format.getAsString().matches("[0-9]{1,6}")) {
      throw problems.at(PLACE + ", format", "it is not a number");
    }
    if (Integer.parseInt(format.getAsString()) > FORMAT) {
      throw new EspalierException(
          ErrorCode.INVALID_WEIGHT_FILE,
          "The file "
              + file
              + " has format "
              + format
              + " of Espalier "
              + version
              + "; this version reads formats up to "
              + FORMAT
              + ".",
          "Use Espalier " + version + " or newer.");
    }
    JsonElement model = object.get("model");
    if (model == null) {
      throw problems.at(PLACE, "it has no model");
    }
    List<String> classNames = new ArrayList<>();
    JsonElement names = object.get("classNames");
    if (names == null || !names.isJsonArray()) {
      throw problems.at(PLACE + ", classNames", "it is not a list");
    }
    for (JsonElement name : names.getAsJsonArray()) {
      classNames.add(ValueCodec.text(problems, name, PLACE + ", classNames"));
    }
    FileProblems content = problems.writtenBy(version);
    return new ModelConfiguration(
        new ModelCodec(types)
            .decode(content, model, "")
            .withInferenceSettings(inference(content, object.get(INFERENCE), types)),
        List.copyOf(classNames),
        version);
  }

  private static InferenceSettings inference(
      FileProblems problems, @Nullable JsonElement json, KnownTypes types) {
    if (json == null) {
      return InferenceSettings.defaults();
    }
    String place = PLACE + ", " + INFERENCE;
    Object settings = values(types).decode(problems, json, InferenceSettings.class, false, place);
    return (InferenceSettings) Objects.requireNonNull(settings);
  }

  private static ValueCodec values(KnownTypes types) {
    return new ValueCodec(types, new ModelCodec(types));
  }
}
