package dev.espalier.onnx;

import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.ExportRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX for everything that writes models by the name of a format.
 *
 * @param quantization as in {@link OnnxOptions}
 */
record OnnxFormat(@Nullable Quantization quantization) implements ExportFormat {
  static final OptionDescription<OnnxInput> INPUT =
      OptionDescription.constant(
              "input",
              OnnxInput.class,
              "Images that the exported model takes: uint8, [batch, height, width, channels], or"
                  + " float, [batch, channels, height, width] from 0 to 255.")
          .withDefault(OnnxInput.UINT8);

  static final OptionDescription<OnnxWeights> WEIGHTS =
      OptionDescription.constant(
              "weights",
              OnnxWeights.class,
              "Type of the stored weights: float32, or float16 for half the size.")
          .withDefault(OnnxWeights.FLOAT32);

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String description() {
    return "An ONNX file, for ONNX Runtime and many other programs.";
  }

  @Override
  public List<OptionDescription<?>> options() {
    return List.of(INPUT, WEIGHTS);
  }

  @Override
  public void write(ExportRequest request, Path target) throws IOException {
    OptionValues values = request.options();
    OnnxOptions options =
        new OnnxOptions(values.get(INPUT), values.get(WEIGHTS), quantization, request.metadata());
    OnnxProgram exported = Onnx.export(request, options);
    try (OutputStream stream = Files.newOutputStream(target)) {
      exported.writeTo(stream);
    }
  }
}
