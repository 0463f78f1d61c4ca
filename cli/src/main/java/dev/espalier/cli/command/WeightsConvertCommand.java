package dev.espalier.cli.command;

import dev.espalier.activation.Activation;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.StoredClassifier;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a model file of a weight file. */
@Command(
    name = "convert",
    header = "Converts a weight file to a model file.",
    description = {
      "Every variable of the model must have its value in the file, and every array a variable.",
      "A file that holds a whole model, such as .keras, needs no --model."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier weights convert flowers.keras --output flowers.safetensors",
      "  espalier weights convert b0.h5 --model efficientnet-b0 --output b0.safetensors"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class WeightsConvertCommand extends Subcommand {
  private final Output output = new Output();
  private final Classifier classifier = new Classifier();

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Parameters(paramLabel = "FILE", description = "Weight file.")
  String file;

  WeightsConvertCommand() {}

  /** What is taken of the file. */
  static final class Classifier {
    @Option(
        names = "--skip-classifier",
        description = "Leave out the classifier of the file; the model's starts untrained.")
    boolean skip;

    Classifier() {}
  }

  /** Where the model goes. */
  static final class Output {
    @Option(
        names = "--output",
        paramLabel = "FILE",
        required = true,
        description = "Model file to write (.safetensors); it must not exist.")
    String file = "";

    Output() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.WITHOUT_WEIGHTS).with(classifier),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, output));
  }

  @Override
  public Integer call() {
    PluginRegistry registry = registry(new ConfigurationArguments());
    Path target = FileNames.path(output.file);
    requireNew(target);
    ModelOptions options = ModelOptions.of(given());
    WeightTransfer transfer =
        options.model == null ? wholeModel(registry) : intoModel(registry, options);
    ModelFile.save(
        target,
        transfer.model(),
        List.of(),
        Map.of("weights", String.valueOf(FileNames.path(file).getFileName())));
    printText(transfer.report());
    printText("Saved " + target + ".");
    return 0;
  }

  private void requireNew(Path target) {
    if (!target.toString().endsWith(".safetensors")) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "Model files are not written to " + target + ".",
          "Give --output a name that ends in .safetensors.");
    }
    if (Files.exists(target)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The file " + target + " exists already.",
          "Give --output another name, or delete the file.");
    }
  }

  private WeightTransfer wholeModel(PluginRegistry registry) {
    if (classifier.skip) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "--skip-classifier needs a model to put another classifier on.",
          "Add --model with the name of a model.");
    }
    Model model = ModelFile.read(FileNames.path(file), registry).model();
    return whole(model);
  }

  private WeightTransfer intoModel(PluginRegistry registry, ModelOptions options) {
    StoredClassifier stored = StoredClassifier.of(registry.readWeights(FileNames.path(file)));
    Integer inFile = stored.classes();
    Integer wanted = options.classes;
    if (classifier.skip && inFile == null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The file " + file + " has no classifier to skip.",
          "Give it to espalier fine-tune with --weights, which puts a new classifier on it.");
    }
    options.weights = file;
    options.classes = classifier.skip || wanted == null ? inFile : wanted;
    Model model = new ModelSource(registry, options, err()).complete(0, Activation.SOFTMAX).model();
    if (classifier.skip && inFile != null) {
      return StoredClassifier.replaced(model, wanted == null ? inFile : wanted);
    }
    return whole(model);
  }

  private static WeightTransfer whole(Model model) {
    return new WeightTransfer(
        model, List.copyOf(model.weights().names()), List.of(), List.of(), List.of());
  }
}
