package dev.espalier.core;

import dev.espalier.core.internal.file.CheckpointFile;
import dev.espalier.core.internal.file.KnownTypes;
import dev.espalier.core.internal.file.ModelConfiguration;
import dev.espalier.core.internal.file.SafetensorsReader;
import dev.espalier.core.internal.file.SafetensorsWriter;
import dev.espalier.core.internal.plugin.BuiltInPlugin;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model with everything it takes to use it, in one {@code .safetensors} file: layers,
 * connections, which layers are trainable, weights, names of the classes. Scaling and resizing of
 * images are layers, so they are in it too. Any reader of safetensors gets the weights by the names
 * of the variables, such as {@code stem_conv/kernel}, in Keras' layout. Immutable.
 *
 * @param model with the values of all its variables
 * @param classNames by output, or empty if they are not known
 * @param metadata more facts, by any name but {@code espalier}, which holds the configuration
 * @param version of Espalier that wrote the file
 */
public record ModelFile(
    Model model, List<String> classNames, Map<String, String> metadata, String version) {
  private static final String CONFIGURATION = "espalier";

  /** Copies the collections. */
  public ModelFile {
    classNames = List.copyOf(classNames);
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /**
   * Writes a model. The file is complete or not there: it is written beside its place, brought to
   * the disk and moved over the old one.
   *
   * @param classNames by output; if empty, those that the model knows itself
   * @param metadata more facts, such as the data it was trained on
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if a variable has no value; {@link
   *     ErrorCode#INVALID_ARGUMENT} if the names do not fit the output, or a layer cannot be
   *     written; {@link ErrorCode#FILE_NOT_WRITABLE}, and then the old file is as it was
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
   * Returns what makes a file of weights a model file: the metadata that describes the model.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if a layer cannot be written
   */
  static Map<String, String> description(Model model) {
    KnownTypes types = new KnownTypes(Map.of(), BuiltInPlugin.VALUE_TYPES);
    return Map.of(
        CONFIGURATION,
        new ModelConfiguration(model, model.classNames(), EspalierVersion.current()).toJson(types));
  }

  /** Returns whether a text that a user gave for a model is a file; else it is a model's name. */
  public static boolean isMeantBy(String text) {
    return text.endsWith(".safetensors")
        || text.contains("/")
        || text.contains("\\")
        || Files.isRegularFile(FileNames.path(text));
  }

  /**
   * Reads a model. Only types of layers that the registry knows are made, whatever the file says.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}; {@link
   *     ErrorCode#INVALID_WEIGHT_FILE} saying where it is damaged, or that it holds weights without
   *     a model; {@link ErrorCode#UNKNOWN_NAME} for a type of layer that no plugin brings; {@link
   *     ErrorCode#MISSING_WEIGHTS} or {@link ErrorCode#WEIGHT_SHAPE_MISMATCH} if the weights are
   *     not those of the model
   */
  public static ModelFile read(Path file, PluginRegistry registry) {
    Weights content = SafetensorsReader.read(file);
    String configuration = content.metadata().get(CONFIGURATION);
    if (configuration == null) {
      throw new EspalierException(
          ErrorCode.INVALID_WEIGHT_FILE,
          "The file " + file + " holds weights, but not the model they belong to.",
          "Build the model by its name and give it this file as weights, or save it with Espalier.");
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
}
