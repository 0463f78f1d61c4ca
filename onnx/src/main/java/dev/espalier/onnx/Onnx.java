package dev.espalier.onnx;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.espalier.core.AtomicOutput;
import dev.espalier.core.EspalierVersion;
import dev.espalier.core.InferenceProgram;
import dev.espalier.data.CroppedResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Writes models as ONNX files, which ONNX Runtime and other programs run without Espalier.
 *
 * <p>The file takes a batch of any size as {@code image}, in the size of the model's input, and
 * gives {@code output}, or {@code output/NAME} for each output of a model with several. Rescaling
 * and normalization are in the file, because they are layers of the model. Batch normalizations are
 * folded into convolutions. Layers of plugins are written like any other: they consist of
 * primitives.
 */
public final class Onnx {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private Onnx() {}

  /** Writes a model with the default options. */
  public static void write(Model model, Path file) {
    write(model, file, OnnxOptions.defaults());
  }

  /**
   * Writes a model atomically: to a temporary file in the same folder, which is flushed to the disk
   * and then replaces the old file.
   *
   * <p>The metadata of the file are {@code name}, {@code espalier_version}, {@code image_size} as
   * {@code HEIGHTxWIDTH}, {@code channels}, {@code resizing} (how images of other sizes are brought
   * to it), {@code multi_label}, {@code class_names} as a JSON list if the model has them, {@code
   * temperature}, {@code threshold} and {@code unknown_below} of the {@link InferenceSettings}, and
   * those of the options.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if the model takes no images; {@link
   *     ErrorCode#MISSING_WEIGHTS} if a variable has no value; {@link ErrorCode#NOT_EXPORTABLE} if
   *     the file would exceed 2 GB; {@link ErrorCode#FILE_NOT_WRITABLE}, in which case an old file
   *     is unchanged
   */
  public static void write(Model model, Path file, OnnxOptions options) {
    Program program = InferenceProgram.of(model);
    Weights weights = model.weights();
    OnnxProgram exported =
        OnnxProgram.of(
            program,
            variable -> value(model, weights, variable),
            options.metadata(metadata(model, program, options)),
            InferenceProgram.IMAGE);
    AtomicOutput.write(file, exported::writeTo);
  }

  static HostArray value(Model model, Weights weights, Variable variable) {
    if (!weights.contains(variable.name())) {
      throw new EspalierException(
          ErrorCode.MISSING_WEIGHTS,
          "The variable "
              + variable.name()
              + " of the model \""
              + model.name()
              + "\" has no value.",
          "Export the model that the trainer returns, or give it weights first.");
    }
    return weights.get(variable.name());
  }

  private static Map<String, String> metadata(Model model, Program program, OnnxOptions options) {
    Shape images = Objects.requireNonNull(program.inputs().get(InferenceProgram.IMAGE)).shape();
    Map<String, String> metadata = new LinkedHashMap<>(options.metadata());
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
}
