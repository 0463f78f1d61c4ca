package dev.espalier.core;

import dev.espalier.core.internal.file.CheckpointFile;
import dev.espalier.core.internal.file.KnownTypes;
import dev.espalier.core.internal.file.ModelConfiguration;
import dev.espalier.core.internal.file.SafetensorsFormat;
import dev.espalier.core.internal.file.SafetensorsReader;
import dev.espalier.core.internal.file.SafetensorsWriter;
import dev.espalier.core.internal.plugin.BuiltInPlugin;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model with everything needed to use it in one {@code .safetensors} file: layers, connections,
 * which layers are trainable, weights and class names. Rescaling and resizing of images are layers
 * and therefore included. Any safetensors reader can read the weights, by the names of the
 * variables, such as {@code stem_conv/kernel}, in Keras' layout. Immutable.
 *
 * @param model with the values of all its variables
 * @param classNames in the order of the model's outputs, or empty if unknown
 * @param metadata additional entries, by any key but {@code espalier}, which holds the
 *     configuration
 * @param version of Espalier that wrote the file; empty for a model of another program
 */
public record ModelFile(
    Model model, List<String> classNames, Map<String, String> metadata, String version) {
  private static final String CONFIGURATION = "espalier";
  private static final List<String> FILE_ENDINGS = List.of(".safetensors", ".keras", ".h5");

  /** Copies the collections. */
  public ModelFile {
    classNames = List.copyOf(classNames);
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /**
   * Writes a model with its own class names; see {@link #save(Path, Model, List, Map)}.
   *
   * @throws EspalierException as that method
   */
  public static void save(Path file, Model model) {
    save(file, model, List.of(), Map.of());
  }

  /**
   * Writes a model atomically: to a temporary file in the same folder, which is flushed to the disk
   * and then replaces the old file.
   *
   * @param classNames in the order of the outputs; if empty, those of the model
   * @param metadata additional entries, such as the data the model was trained on
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if a variable has no value; {@link
   *     ErrorCode#INVALID_ARGUMENT} if the number of names does not match the output, or a layer
   *     cannot be saved; {@link ErrorCode#FILE_NOT_WRITABLE}, in which case the old file is
   *     unchanged
   */
  public static void save(
      Path file, Model model, List<String> classNames, Map<String, String> metadata) {
    Weights weights = model.weights();
    List<String> unknown =
        model.variables().stream()
            .map(Variable::name)
            .filter(name -> !weights.contains(name))
            .toList();
    if (!unknown.isEmpty()) {
      throw new EspalierException(
          ErrorCode.MISSING_WEIGHTS,
          unknown.size()
              + " variables of the model \""
              + model.name()
              + "\" have no value, such as "
              + unknown.get(0)
              + ".",
          "Save the model that the trainer returns, or give it weights first.");
    }
    Model named = classNames.isEmpty() ? model : model.withClassNames(classNames);
    if (metadata.containsKey(CONFIGURATION)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Metadata cannot be named \"" + CONFIGURATION + "\".",
          "Choose another name; this one holds the configuration of the model.");
    }
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.putAll(description(named));
    SafetensorsWriter.write(file, weights.withMetadata(all));
  }

  /**
   * Writes weights alone, for other programs, as a {@code .safetensors} file with their names and
   * metadata; atomically, as {@link #save}.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  public static void saveWeights(Path file, Weights weights) {
    SafetensorsWriter.write(file, weights);
  }

  /**
   * Returns the metadata that describes the model, which turns a weight file into a model file.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if a layer cannot be saved
   */
  public static Map<String, String> description(Model model) {
    KnownTypes types = new KnownTypes(Map.of(), BuiltInPlugin.VALUE_TYPES);
    return Map.of(
        CONFIGURATION,
        new ModelConfiguration(model, model.classNames(), EspalierVersion.current()).toJson(types));
  }

  /**
   * Returns whether {@code text}, given by a user to choose a model, is a file rather than the name
   * of a model.
   */
  public static boolean isMeantBy(String text) {
    return FILE_ENDINGS.stream().anyMatch(text::endsWith)
        || text.contains("/")
        || text.contains("\\")
        || Files.isRegularFile(FileNames.path(text));
  }

  /**
   * Reads a model: one that {@link #save} wrote, or one of another program in a format that a
   * plugin contributes, such as {@code .keras}. Only layer types that the registry knows are
   * instantiated, whatever the file names.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}; {@link
   *     ErrorCode#INVALID_WEIGHT_FILE} naming the damaged place, or if the file contains weights
   *     without a model; {@link ErrorCode#UNKNOWN_NAME} for a layer type that no plugin
   *     contributes; {@link ErrorCode#MISSING_WEIGHTS} or {@link ErrorCode#WEIGHT_SHAPE_MISMATCH}
   *     if the weights do not belong to the model
   */
  public static ModelFile read(Path file, PluginRegistry registry) {
    Optional<WeightFormat> format =
        Files.isRegularFile(file) ? registry.findWeightFormat(file) : Optional.empty();
    if (format.isPresent() && !(format.get() instanceof SafetensorsFormat)) {
      Model model = format.get().readModel(file).orElseThrow(() -> withoutModel(file));
      return new ModelFile(model, model.classNames(), Map.of(), "");
    }
    Weights content = SafetensorsReader.read(file);
    String configuration = content.metadata().get(CONFIGURATION);
    if (configuration == null) {
      throw withoutModel(file);
    }
    KnownTypes types = new KnownTypes(registry.layerTypes(), registry.valueTypes());
    ModelConfiguration read = ModelConfiguration.ofJson(file, configuration, types);
    if (!read.model().fitsOutput(read.classNames())) {
      throw new EspalierException(
          ErrorCode.INVALID_WEIGHT_FILE,
          "The file "
              + file
              + " names "
              + read.classNames().size()
              + " classes, but its model gives "
              + read.model().outputs().get(0).shape()
              + ".",
          "Download or save it again.");
    }
    Map<String, String> metadata = new TreeMap<>(content.metadata());
    metadata.remove(CONFIGURATION);
    metadata.remove(CheckpointFile.KEY);
    Model model;
    try {
      model =
          read.model()
              .withWeights(CheckpointFile.ofModel(content))
              .withClassNames(read.classNames());
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(),
          "The file " + file + " does not hold the weights of its own model. " + e.problem(),
          "Download or save it again.",
          e);
    }
    return new ModelFile(model, read.classNames(), metadata, read.version());
  }

  private static EspalierException withoutModel(Path file) {
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        "The file " + file + " holds weights, but not the model they belong to.",
        "Build the model by its name and give it this file as weights, or save it with Espalier.");
  }
}
