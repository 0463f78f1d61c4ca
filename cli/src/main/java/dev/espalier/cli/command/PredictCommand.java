package dev.espalier.cli.command;

import dev.espalier.activation.Activation;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.Thresholds;
import dev.espalier.cli.run.ImageArguments;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.text.HeatMapFiles;
import dev.espalier.cli.text.ImageProgress;
import dev.espalier.cli.text.PredictedImage;
import dev.espalier.cli.text.PredictedOutput;
import dev.espalier.cli.text.PredictionFormat;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.core.classifier.Classification;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.ClassifierOptions;
import dev.espalier.core.classifier.FileClassification;
import dev.espalier.data.Image;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the predicted classes of images. An unreadable image does not affect the others. */
@Command(
    name = "predict",
    header = "Prints the most likely classes of images.",
    description =
        "A model with several outputs gives each under its name. An image that cannot be read "
            + "is reported, the others are answered, and the exit code is 1.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier predict --model runs/photos/best.safetensors cat.jpg dog.jpg",
      "  espalier predict --model model.safetensors --top 1 --format csv photos",
      "  espalier predict --model model.safetensors --explain maps 'photos/*.jpg'"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class PredictCommand extends Subcommand {
  /** Images may be large before they are resized, so only a few are kept in memory. */
  private static final int IMAGES_AT_A_TIME = 8;

  private static final int TOP = 5;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..*",
      description = "Image files, folders with images, or quoted patterns such as 'photos/*.jpg'.")
  List<String> images = new ArrayList<>();

  private final Answer answer = new Answer();
  private final Output output = new Output();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();
  private final JsonOption json = new JsonOption();

  PredictCommand() {}

  /** What to print. */
  static final class Answer {
    @Option(
        names = "--list",
        paramLabel = "FILE",
        description = "File with an image, folder or pattern per line.")
    @Nullable Path list;

    @Option(
        names = "--top",
        paramLabel = "NUMBER",
        description = "Number of classes per image. Default: 5; with --threshold, all above it.")
    @Nullable Integer top;

    @Option(
        names = "--threshold",
        paramLabel = "SCORE",
        description =
            "For multi-label data: print all classes whose score is above this, which may be"
                + " none.")
    @Nullable Double threshold;

    @Option(
        names = "--unknown-below",
        paramLabel = "SCORE",
        description =
            "Call an image unknown if its best score is lower. Default: that of the model file, if"
                + " any.")
    @Nullable Double unknownBelow;

    @Option(
        names = "--views",
        paramLabel = "NUMBER",
        defaultValue = "1",
        description =
            "Views of an image whose scores are averaged: 1 for the image itself, 2 with its mirror"
                + " image, 5 for its centre and corners, 10 with their mirror images. Default: 1.")
    int views;

    Answer() {}

    List<ClassScore> of(Predictions predictions, int sample) {
      int classes = predictions.classCount();
      if (threshold == null) {
        return predictions.topK(sample, top == null ? TOP : top);
      }
      return predictions.above(sample, threshold).stream()
          .limit(top == null ? classes : top)
          .toList();
    }

    void check() {
      if (top != null && top < 1) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION, "--top cannot be " + top + ".", "Give 1 or more.");
      }
      if (!List.of(1, 2, 5, 10).contains(views)) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION, "--views cannot be " + views + ".", "Give 1, 2, 5 or 10.");
      }
      if (threshold != null) {
        Thresholds.checked("--threshold", threshold);
      }
      if (unknownBelow != null) {
        Thresholds.checked("--unknown-below", unknownBelow);
      }
    }
  }

  /** How to print it. */
  static final class Output {
    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description = "text, json, jsonl (a JSON object per line) or csv. Default: text.")
    @Nullable PredictionFormat format;

    @Option(
        names = "--explain",
        paramLabel = "FOLDER",
        description =
            "Write each image with a heat map of where the model sees its best class"
                + " (Grad-CAM) into this folder, as PNG.")
    @Nullable Path explain;

    Output() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.PREDICTION, answer),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, output).with(json));
  }

  @Override
  public Integer call() {
    answer.check();
    PredictionFormat format = format();
    List<Path> files = ImageArguments.expand(images, answer.list);
    ModelOptions model = ModelOptions.of(given());
    PluginRegistry registry = registry(arguments);
    EngineSettings engineSettings = engineSettings(registry, arguments, engine);
    ModelSource.Loaded loaded =
        new ModelSource(registry, model, err()).complete(0, Activation.SOFTMAX);
    warnOfRandomWeights(loaded);
    HeatMapFiles maps = output.explain == null ? null : HeatMapFiles.into(output.explain);
    ClassifierOptions options =
        ClassifierOptions.of(
            o -> o.engineSettings(engineSettings).batchSize(IMAGES_AT_A_TIME).views(answer.views));
    List<EspalierException> failures = new ArrayList<>();
    PredictionFormat.Printer printer = format.to(out());
    ImageProgress progress = progress(format, files.size());
    try (Classifier classifier = Classifier.of(known(loaded.model()), options, registry);
        Stream<FileClassification> answers =
            maps == null
                ? classifier.classifyFiles(files)
                : files.stream().map(file -> explained(classifier, registry, file, maps))) {
      answers.forEach(
          file -> {
            printer.print(image(classifier.model(), file));
            if (file.problem() != null) {
              failures.add(file.problem());
            }
            if (progress != null) {
              progress.step();
            }
          });
    } finally {
      if (progress != null) {
        progress.erase();
      }
    }
    printer.finish();
    PrintWriter err = err();
    failures.forEach(failure -> ExecutionErrors.print(err, failure));
    return failures.isEmpty() ? 0 : 1;
  }

  private PredictionFormat format() {
    if (!json.json) {
      return output.format == null ? PredictionFormat.TEXT : output.format;
    }
    if (output.format != null && output.format != PredictionFormat.JSON) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "--json and --format name different formats.",
          "Leave one of them out.");
    }
    return PredictionFormat.JSON;
  }

  private Model known(Model model) {
    return answer.unknownBelow == null
        ? model
        : model.withInferenceSettings(
            model.inferenceSettings().withUnknownBelow(answer.unknownBelow));
  }

  private PredictedImage image(Model model, FileClassification file) {
    Classification classification = file.classification();
    return classification == null
        ? new PredictedImage(file.file(), Map.of(), false, file.problem())
        : new PredictedImage(
            file.file(),
            PredictedOutput.of(model, classification.predictions(), 0, answer::of),
            model.outputs().size() == 1 && classification.isUnknown(),
            null);
  }

  /** Other formats print each image when it is answered, which is progress enough. */
  private @Nullable ImageProgress progress(PredictionFormat format, int total) {
    return format == PredictionFormat.TEXT && ImageProgress.isPossible(System.getenv())
        ? ImageProgress.on(spec.commandLine().getErr(), total)
        : null;
  }

  /** Classifies a file and writes its heat map, so that it is decoded once. */
  private static FileClassification explained(
      Classifier classifier, PluginRegistry registry, Path file, HeatMapFiles maps) {
    Image image;
    try {
      image = registry.imageReader().read(file);
    } catch (EspalierException e) {
      return new FileClassification(file, null, e);
    }
    Classification classification = classifier.classify(image);
    ClassScore best = classification.best();
    maps.write(file, best.className(), classifier.explain(image, best.label()).over(image));
    return new FileClassification(file, classification, null);
  }
}
