package dev.espalier.core;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.espalier.core.internal.file.StagedOutput;
import dev.espalier.data.CroppedResizing;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.ExportRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * Writes a model in an {@link ExportFormat}, for programs that run it without Espalier. Immutable.
 *
 * <pre>{@code
 * ModelExport.of(model).write(registry.exportFormat("saved-model"), Path.of("photos"));
 * }</pre>
 */
public final class ModelExport {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final Model model;
  private final Map<String, String> metadata;
  private final Map<String, String> options;
  private final EngineSettings engines;

  private ModelExport(
      Model model,
      Map<String, String> metadata,
      Map<String, String> options,
      EngineSettings engines) {
    this.model = model;
    this.metadata = metadata;
    this.options = options;
    this.engines = engines;
  }

  /** Returns an export of a model with the default options of the format. */
  public static ModelExport of(Model model) {
    return new ModelExport(model, Map.of(), Map.of(), EngineSettings.defaults());
  }

  /**
   * Returns this export with additional metadata.
   *
   * @param more by name; the names that {@link #request()} lists are taken
   */
  public ModelExport metadata(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.putAll(more);
    return new ModelExport(model, all, options, engines);
  }

  /** Returns this export with an option of the format, checked when the model is written. */
  public ModelExport option(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.put(name, value);
    return new ModelExport(model, metadata, all, engines);
  }

  /** Returns this export with settings for a format that needs an engine to write. */
  public ModelExport engines(EngineSettings settings) {
    return new ModelExport(model, metadata, options, settings);
  }

  /**
   * Returns the program of the model, as {@link InferenceProgram#of} describes it, and its
   * metadata, without options of a format.
   *
   * <p>The metadata are {@code name}, {@code espalier_version}, {@code image_size} as {@code
   * HEIGHTxWIDTH}, {@code channels}, {@code resizing} (how images of other sizes are brought to
   * it), {@code multi_label}, {@code class_names} as a JSON list if the model has them, {@code
   * temperature}, {@code threshold} and {@code unknown_below} of the {@link InferenceSettings}, and
   * those that were added.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if the model takes no images
   */
  public ExportRequest request() {
    Program program = InferenceProgram.of(model);
    return new ExportRequest(
        model, program, described(model, program, metadata), engines, OptionValues.none());
  }

  /**
   * Writes the model. The target appears when it is complete; if anything fails, nothing is left.
   *
   * @param target file or folder, whichever the format writes; it must not exist. Missing folders
   *     above it are created
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} for an option that the format does
   *     not have; {@link ErrorCode#FILE_NOT_WRITABLE} if the target exists or cannot be written;
   *     {@link ErrorCode#INTERRUPTED} if the thread was interrupted; and as {@link #request()} and
   *     {@link ExportFormat#write}
   */
  public void write(ExportFormat format, Path target) {
    OptionValues values = OptionValues.of("the format " + format.name(), format.options(), options);
    ExportRequest request = request();
    ExportRequest complete =
        new ExportRequest(model, request.program(), request.metadata(), engines, values);
    StagedOutput.write(target, staged -> format.write(complete, staged));
  }

  private static Map<String, String> described(
      Model model, Program program, Map<String, String> added) {
    Shape images = Objects.requireNonNull(program.inputs().get(InferenceProgram.IMAGE)).shape();
    Map<String, String> metadata = new LinkedHashMap<>(added);
    metadata.put("name", model.name());
    metadata.put("espalier_version", EspalierVersion.current());
    metadata.put("image_size", images.size(1) + "x" + images.size(2));
    metadata.put("channels", images.size(3) == 3 ? "rgb" : Integer.toString(images.size(3)));
    metadata.put("multi_label", Boolean.toString(isMultiLabel(program)));
    InferenceSettings reading = model.inferenceSettings();
    CroppedResizing resizing = reading.resizing();
    metadata.put(
        "resizing",
        resizing == null
            ? "bilinear, half-pixel centers, no antialiasing"
            : resizing.describe(images.size(1), images.size(2)) + ", with antialiasing");
    metadata.put("temperature", Double.toString(reading.temperature()));
    metadata.put("threshold", Double.toString(reading.threshold()));
    metadata.put("unknown_below", Double.toString(reading.unknownBelow()));
    if (!model.classNames().isEmpty()) {
      metadata.put("class_names", GSON.toJson(model.classNames()));
    }
    return metadata;
  }

  /** Each class has a probability of its own if the first output ends in a sigmoid. */
  private static boolean isMultiLabel(Program program) {
    Tensor output = program.outputs().get(0).tensor();
    Node last = program.graph().producer(output);
    return output.shape().size(-1) > 1
        && last != null
        && last.op().equals(new Op.Unary(Op.UnaryFunction.SIGMOID));
  }

  /** Returns the error for an unknown format; for one of Espalier's, it names the artifact. */
  static EspalierException unknown(String name, Collection<String> known) {
    EspalierException unknown =
        NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "export format", name, known);
    String artifact = artifacts().getProperty(name);
    return artifact == null
        ? unknown
        : new EspalierException(
            unknown.code(), unknown.problem(), "Add " + artifact + ". " + unknown.remedy());
  }

  /** A resource, because the code of core names no engine. */
  private static Properties artifacts() {
    Properties artifacts = new Properties();
    try (InputStream file =
        Objects.requireNonNull(
            ModelExport.class.getResourceAsStream("export-formats.properties"))) {
      artifacts.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return artifacts;
  }
}
