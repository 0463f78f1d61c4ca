package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.FileNames;
import dev.espalier.onnx.Onnx;
import dev.espalier.onnx.OnnxInput;
import dev.espalier.onnx.OnnxOptions;
import dev.espalier.onnx.OnnxWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model in a format that other programs run. */
@Command(
    name = "export",
    header = "Writes a model as a file that other programs run.",
    description = {
      "The file needs no Espalier: ONNX Runtime and others run it. It takes images",
      "in the size of the model, a batch of any size, and gives what predict prints."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier export runs/photos/best.safetensors --output photos.onnx",
      "  espalier export flowers.keras --output flowers.onnx --weights float16",
      "  espalier export photos.safetensors --output photos.onnx --input float"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class ExportCommand extends Subcommand {
  private final Output output = new Output();

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Parameters(paramLabel = "MODEL", description = "Model file.")
  String file;

  ExportCommand() {}

  /** The formats that models are exported to. */
  enum Format {
    ONNX
  }

  /** What is written, and where. */
  static final class Output {
    @Option(
        names = "--output",
        paramLabel = "FILE",
        required = true,
        description = "File to write; it must not exist.")
    String file = "";

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description = "Format of the file: onnx. Default: onnx.")
    Format format = Format.ONNX;

    @Option(
        names = "--input",
        paramLabel = "TYPE",
        description =
            "Images that the exported model takes: uint8, [batch, height, width, channels], or"
                + " float, [batch, channels, height, width] from 0 to 255. Default: uint8.")
    OnnxInput input = OnnxInput.UINT8;

    @Option(
        names = "--weights",
        paramLabel = "TYPE",
        description =
            "Type of the stored weights: float32, or float16 for half the size. Default:"
                + " float32.")
    OnnxWeights weights = OnnxWeights.FLOAT32;

    Output() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(OptionGroup.of(OptionGroup.Concern.OUTPUT, output));
  }

  @Override
  public Integer call() {
    PluginRegistry registry = registry(new ConfigurationArguments());
    Path target = FileNames.path(output.file);
    requireNew(target);
    ModelFile model = ModelFile.read(FileNames.path(file), registry);
    OnnxOptions options =
        OnnxOptions.defaults()
            .input(output.input)
            .weights(output.weights)
            .metadata(model.metadata());
    Onnx.write(model.model(), target, options);
    printText(
        String.format(
            Locale.ROOT,
            "Saved %s (%s, %.1f MB).",
            target,
            output.format.name(),
            megabytes(target)));
    return 0;
  }

  private static double megabytes(Path target) {
    try {
      return Files.size(target) / 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
