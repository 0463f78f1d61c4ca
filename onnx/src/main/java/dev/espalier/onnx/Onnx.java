package dev.espalier.onnx;

import dev.espalier.core.AtomicOutput;
import dev.espalier.core.InferenceProgram;
import dev.espalier.core.ModelExport;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.ExportRequest;
import java.nio.file.Path;

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
  private Onnx() {}

  /** Writes a model with the default options. */
  public static void write(Model model, Path file) {
    write(model, file, OnnxOptions.defaults());
  }

  /**
   * Writes a model atomically: to a temporary file in the same folder, which is flushed to the disk
   * and then replaces the old file.
   *
   * <p>The file has the metadata of {@link ModelExport#request()} and those of the options.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if the model takes no images; {@link
   *     ErrorCode#MISSING_WEIGHTS} if a variable has no value; {@link ErrorCode#NOT_EXPORTABLE} if
   *     the file would exceed 2 GB; {@link ErrorCode#FILE_NOT_WRITABLE}, in which case an old file
   *     is unchanged
   */
  public static void write(Model model, Path file, OnnxOptions options) {
    ExportRequest request = ModelExport.of(model).metadata(options.metadata()).request();
    AtomicOutput.write(file, export(request, options)::writeTo);
  }

  /** Returns the export format {@code onnx}. */
  public static ExportFormat format() {
    return new OnnxFormat(null);
  }

  /** Returns the export format {@code onnx} of models that compute with integers of 8 bits. */
  public static ExportFormat format(Quantization ranges) {
    return new OnnxFormat(ranges);
  }

  /** Returns a file in ONNX. */
  static OnnxProgram export(ExportRequest request, OnnxOptions options) {
    return OnnxProgram.of(
        request.program(),
        request::value,
        options.metadata(request.metadata()),
        InferenceProgram.IMAGE);
  }
}
