package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.run.ImageArguments;
import dev.espalier.core.ModelExport;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.model.Model;
import dev.espalier.onnx.Onnx;
import dev.espalier.onnx.Quantization;
import dev.espalier.plugin.ExportFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model in a format that other programs run. */
@Command(
    name = "export",
    header = "Writes a model in a format that other programs run.",
    description = {
      "What is written needs no Espalier: ONNX Runtime, TensorFlow and others run it.",
      "It takes images in the size of the model, a batch of any size, and gives what",
      "predict prints."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier export runs/photos/best.safetensors --output photos.onnx",
      "  espalier export flowers.keras --output flowers.onnx --weights float16",
      "  espalier export photos.safetensors --output photos.onnx --input float",
      "  espalier export photos.safetensors --output photos.onnx --int8 photos/train",
      "  espalier export photos.safetensors --format saved-model --output photos"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class ExportCommand extends Subcommand {
  private final Output output = new Output();
  private final Integers integers = new Integers();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Parameters(paramLabel = "MODEL", description = "Model file.")
  String file;

  ExportCommand() {}

  /** The formats that shells complete. */
  record Formats() implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("onnx", "saved-model").iterator();
    }
  }

  /** The types of images that shells complete. */
  record InputTypes() implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("uint8", "float").iterator();
    }
  }

  /** The types of weights that shells complete. */
  record WeightTypes() implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("float32", "float16").iterator();
    }
  }

  /** What is written, and where. */
  static final class Output {
    @Option(
        names = "--output",
        paramLabel = "PATH",
        required = true,
        description = "File, or folder of a SavedModel, to write; it must not exist.")
    String path = "";

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        completionCandidates = Formats.class,
        description =
            "Format to write: onnx, saved-model (TensorFlow), or one of a plugin. Default: onnx.")
    String format = "onnx";

    @Option(
        names = "--input",
        paramLabel = "TYPE",
        completionCandidates = InputTypes.class,
        description =
            "Images that the exported model takes: uint8, [batch, height, width, channels], or"
                + " float, from 0 to 255, in ONNX [batch, channels, height, width]. Default:"
                + " uint8.")
    @Nullable String input;

    @Option(
        names = "--weights",
        // Another label than that of --input: in bash, options with one label have one list of
        // names.
        paramLabel = "PRECISION",
        completionCandidates = WeightTypes.class,
        description =
            "Type of the weights in an ONNX file: float32, or float16 for half the size. Default:"
                + " float32.")
    @Nullable String weights;

    Output() {}
  }

  /** How to make integers of the model. */
  static final class Integers {
    @Option(
        names = "--int8",
        paramLabel = "FOLDER",
        description =
            "Compute convolutions and matrix products of an ONNX file with integers of 8 bits, for a"
                + " quarter of the size. The images in this folder, such as the model was trained on, show the"
                + " ranges of its values.")
    @Nullable String images;

    @Option(
        names = "--int8-images",
        paramLabel = "NUMBER",
        defaultValue = "200",
        description = "Number of images to take from the folder, evenly spread. Default: 200.")
    int limit;

    Integers() {}

    /** Returns the files to calibrate with. */
    List<Path> files(String folder) {
      if (limit < 1) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION, "--int8-images cannot be " + limit + ".", "Give 1 or more.");
      }
      List<Path> all = ImageArguments.expand(List.of(folder), null);
      int count = Math.min(limit, all.size());
      return IntStream.range(0, count)
          .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
          .toList();
    }
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, output).with(integers));
  }

  @Override
  public Integer call() {
    PluginRegistry registry = registry(arguments);
    Path target = FileNames.path(output.path);
    requireNew(target);
    ExportFormat format = registry.exportFormat(output.format);
    ModelFile model = ModelFile.read(FileNames.path(file), registry);
    EngineSettings engines = engineSettings(registry, arguments, engine);
    ModelExport export = ModelExport.of(model.model()).metadata(model.metadata()).engines(engines);
    if (output.input != null) {
      export = export.option("input", output.input);
    }
    if (output.weights != null) {
      export = export.option("weights", output.weights);
    }
    if (integers.images != null) {
      requireOnnx(format);
      format = Onnx.format(calibrate(model.model(), registry, engines, integers.images));
    }
    export.write(format, target);
    printText(
        String.format(
            Locale.ROOT, "Saved %s (%s, %.1f MB).", target, format.name(), megabytes(target)));
    return 0;
  }

  private static void requireOnnx(ExportFormat format) {
    if (!format.name().equals(Onnx.format().name())) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The format " + format.name() + " does not store integers of 8 bits.",
          "Leave out --int8, or export to ONNX.");
    }
  }

  private Quantization calibrate(
      Model model, PluginRegistry registry, EngineSettings settings, String folder) {
    List<Path> files = integers.files(folder);
    try (Engine opened = registry.openEngine(settings.forInference())) {
      return Quantization.calibrate(
          model, files.stream().map(registry.imageReader()::read), opened);
    }
  }

  private static double megabytes(Path target) {
    try (Stream<Path> paths = Files.walk(target)) {
      long bytes = 0;
      for (Path one : paths.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(one);
      }
      return bytes / 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
