package dev.espalier.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.activation.Activation;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.Thresholds;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.DefaultSettings;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.PrintableText;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      "  espalier predict --model model.safetensors --top 1 --json cat.jpg"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class PredictCommand extends Subcommand {
  /** Images may be large before they are resized, so only a few are kept in memory. */
  private static final int IMAGES_AT_A_TIME = 8;

  private static final int TOP = 5;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Image files.")
  List<Path> images = new ArrayList<>();

  private final Answer answer = new Answer();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();
  private final JsonOption json = new JsonOption();

  PredictCommand() {}

  /** What to print. */
  static final class Answer {
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
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.PREDICTION, answer),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, json));
  }

  @Override
  public Integer call() {
    if (answer.top != null && answer.top < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION, "--top cannot be " + answer.top + ".", "Give 1 or more.");
    }
    if (answer.threshold != null) {
      Thresholds.checked(answer.threshold);
    }
    GivenOptions given = given();
    ModelOptions model = ModelOptions.of(given);
    PluginRegistry registry = registry(arguments);
    EngineSettings engineSettings =
        arguments
            .read(registry, new DefaultSettings().and(given.withoutModel()).and(engine.settings()))
            .engineSettings();
    ModelSource.Loaded loaded =
        new ModelSource(registry, model, err()).complete(0, Activation.SOFTMAX);
    warnOfRandomWeights(loaded);
    TrainingConfig config = TrainingConfig.of(builder -> builder.engineSettings(engineSettings));
    Map<Path, Map<String, PredictedOutput>> answers = new LinkedHashMap<>();
    Map<Path, EspalierException> failures = new LinkedHashMap<>();
    try (Engine opened = registry.openEngine(engineSettings);
        Trainer trainer = Trainer.of(loaded.model(), config, opened)) {
      for (int from = 0; from < images.size(); from += IMAGES_AT_A_TIME) {
        int to = Math.min(images.size(), from + IMAGES_AT_A_TIME);
        answer(trainer, loaded, images.subList(from, to), answers, failures);
      }
    }
    PrintWriter out = out();
    if (json.json) {
      printJson(json(answers, failures));
    } else {
      print(out, answers);
    }
    out.flush();
    PrintWriter err = err();
    failures.values().forEach(failure -> ExecutionErrors.print(err, failure));
    return failures.isEmpty() ? 0 : 1;
  }

  private void answer(
      Trainer trainer,
      ModelSource.Loaded loaded,
      List<Path> files,
      Map<Path, Map<String, PredictedOutput>> answers,
      Map<Path, EspalierException> failures) {
    List<Path> read = new ArrayList<>();
    List<Image> decoded = new ArrayList<>();
    for (Path file : files) {
      try {
        decoded.add(ImageDecoder.standard().read(file));
        read.add(file);
      } catch (EspalierException e) {
        failures.put(file, e);
      }
    }
    if (decoded.isEmpty()) {
      return;
    }
    Predictions predictions =
        trainer
            .predict(decoded, options -> options.verbosity(Verbosity.SILENT))
            .withClassNames(loaded.classNames());
    for (int i = 0; i < read.size(); i++) {
      answers.put(read.get(i), PredictedOutput.of(loaded.model(), predictions, i, answer::of));
    }
  }

  private static void print(PrintWriter out, Map<Path, Map<String, PredictedOutput>> answers) {
    int width =
        answers.values().stream()
            .flatMap(outputs -> outputs.values().stream())
            .filter(PredictedOutput.Classes.class::isInstance)
            .flatMap(output -> ((PredictedOutput.Classes) output).scores().stream())
            .mapToInt(score -> PrintableText.of(score.className()).length())
            .max()
            .orElse(0);
    answers.forEach(
        (file, outputs) -> {
          out.println(file);
          outputs.forEach((name, output) -> print(out, name, outputs.size() > 1, output, width));
        });
  }

  private static void print(
      PrintWriter out, String name, boolean named, PredictedOutput output, int width) {
    String title = "  " + PrintableText.of(name);
    if (output instanceof PredictedOutput.Classes classes) {
      if (named) {
        out.println(title);
      }
      classes.lines(width).forEach(line -> out.println((named ? "    " : "  ") + line));
    } else if (output instanceof PredictedOutput.Values values) {
      out.println(title + "  " + values.line());
    }
  }

  private static JsonArray json(
      Map<Path, Map<String, PredictedOutput>> answers, Map<Path, EspalierException> failures) {
    JsonArray array = new JsonArray();
    answers.forEach(
        (file, outputs) -> {
          JsonObject image = new JsonObject();
          image.addProperty("image", file.toString());
          if (outputs.size() == 1) {
            outputs.values().forEach(output -> output.addTo(image));
          } else {
            JsonObject named = new JsonObject();
            outputs.forEach(
                (name, output) -> {
                  JsonObject one = new JsonObject();
                  output.addTo(one);
                  named.add(name, one);
                });
            image.add("outputs", named);
          }
          array.add(image);
        });
    failures.forEach(
        (file, failure) -> {
          JsonObject image = new JsonObject();
          image.addProperty("image", file.toString());
          image.addProperty("error", failure.problem());
          array.add(image);
        });
    return array;
  }
}
