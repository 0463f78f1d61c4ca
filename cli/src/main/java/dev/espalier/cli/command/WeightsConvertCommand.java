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
import dev.espalier.error.NearestNames;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
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
      "  espalier weights convert b0.h5 --model efficientnet-b0 --output b0.safetensors",
      "  espalier weights convert best.safetensors --output best.weights.h5",
      "  espalier weights convert b0.h5 --model efficientnet-b0 --names timm --output"
          + " tf_efficientnet_b0.safetensors"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class WeightsConvertCommand extends Subcommand {
  /** What the Hugging Face Hub's programs want a file with PyTorch's names to say. */
  private static final Map<String, String> PYTORCH = Map.of("format", "pt");

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
        description =
            "Model file (.safetensors) or Keras' weights (.weights.h5) to write; it must not"
                + " exist.")
    String file = "";

    @Option(
        names = "--names",
        paramLabel = "PROJECT",
        description =
            "Write the weights alone, with the names and layout of a project that reads them, such"
                + " as timm; needs --model.")
    @Nullable String names;

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
    WeightFormat format = format(registry, target);
    ModelOptions options = ModelOptions.of(given());
    WeightNames names = names(registry, options);
    WeightTransfer transfer =
        options.model == null ? wholeModel(registry, options) : intoModel(registry, options);
    if (format != null) {
      format.write(target, transfer.model());
    } else if (names == null) {
      ModelFile.save(
          target,
          transfer.model(),
          List.of(),
          Map.of("weights", String.valueOf(FileNames.path(file).getFileName())));
    } else {
      ModelFile.saveWeights(target, names.export(transfer.model()).withMetadata(PYTORCH));
    }
    printText(transfer.report());
    printText("Saved " + target + ".");
    return 0;
  }

  /** Returns the names to write, or null for those of a model file. */
  private @Nullable WeightNames names(PluginRegistry registry, ModelOptions options) {
    String project = output.names;
    if (project == null) {
      return null;
    }
    if (options.model == null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "--names needs to know which model of " + project + " the file is for.",
          "Add --model with the name of a model.");
    }
    Map<String, WeightNames> known = registry.model(options.model).weightNames();
    WeightNames names = known.get(project);
    if (names == null) {
      throw NearestNames.unknown(
          ErrorCode.UNKNOWN_NAME,
          "project with names for " + options.model,
          project,
          new TreeSet<>(known.keySet()));
    }
    return names;
  }

  /** Returns the format of another program to write, or null for {@code .safetensors}. */
  private @Nullable WeightFormat format(PluginRegistry registry, Path target) {
    requireNew(target);
    if (target.toString().endsWith(".safetensors")) {
      return null;
    }
    if (output.names != null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "Names of " + output.names + " are not written to " + target + ".",
          "Give --output a name that ends in .safetensors.");
    }
    return registry.weightFormats().stream()
        .filter(format -> format.writes(target))
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    ErrorCode.INVALID_OPTION,
                    "Model files are not written to " + target + ".",
                    "Give --output a name that ends in .safetensors, or in .weights.h5 for"
                        + " Keras."));
  }

  private WeightTransfer wholeModel(PluginRegistry registry, ModelOptions options) {
    if (classifier.skip) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "--skip-classifier needs a model to put another classifier on.",
          "Add --model with the name of a model.");
    }
    return whole(options.resizing(ModelFile.read(FileNames.path(file), registry).model()));
  }

  private WeightTransfer intoModel(PluginRegistry registry, ModelOptions options) {
    Weights weights = registry.readWeights(FileNames.path(file));
    StoredClassifier stored = StoredClassifier.of(weights);
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
    Model model =
        new ModelSource(registry, options, err(), weights).complete(0, Activation.SOFTMAX).model();
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
