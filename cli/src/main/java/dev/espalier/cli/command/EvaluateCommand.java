package dev.espalier.cli.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.activation.Activation;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.option.ThresholdOption;
import dev.espalier.cli.option.Thresholds;
import dev.espalier.cli.run.ClassNames;
import dev.espalier.cli.run.EvaluatedSplit;
import dev.espalier.cli.run.EvaluationData;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.PublishedAccuracy;
import dev.espalier.cli.run.TrainedOn;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Trainer;
import dev.espalier.core.classifier.Calibration;
import dev.espalier.core.classifier.UnknownThreshold;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.report.PredictionAnalysis;
import dev.espalier.report.Report;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Evaluates a model on a data set. */
@Command(
    name = "evaluate",
    header = "Evaluates the loss and accuracy of a model on a data set.",
    description = "Takes the settings data.* of the configuration, as training does.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier evaluate --model runs/photos/best.safetensors --data photos",
      "  espalier evaluate --model model.safetensors --data photos --split validation --json",
      "  espalier evaluate --model model.safetensors --data photos --report evaluation.html"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class EvaluateCommand extends Subcommand {
  private static final int TOP = 5;

  private final DataOptions data = new DataOptions();
  private final LoadingOptions loading = new LoadingOptions();
  private final SplitOption split = new SplitOption();
  private final ThresholdOption threshold = new ThresholdOption();
  private final CalibrationOption calibration = new CalibrationOption();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();
  private final ReportOption report = new ReportOption();
  private final JsonOption json = new JsonOption();

  EvaluateCommand() {}

  /** The split to evaluate on. */
  static final class SplitOption {
    @Option(
        names = "--split",
        paramLabel = "SPLIT",
        description = {
          "train, validation, test or all. Default: test; all of data without splits,",
          "unless the model was trained on it."
        })
    @Nullable EvaluatedSplit name;

    SplitOption() {}
  }

  /** Where to write the calibrated model. */
  static final class CalibrationOption {
    @Option(
        names = "--calibrate",
        paramLabel = "FILE",
        description =
            "Find the temperature at which scores say how often the model is right, and write the"
                + " model with it to this file. By default on the validation split.")
    @Nullable Path file;

    @Option(
        names = "--keep-right",
        paramLabel = "FRACTION",
        description =
            "With --calibrate: also find the score below which an image is called unknown, so that"
                + " this fraction of the right answers stays, such as 0.95.")
    @Nullable Double keepRight;

    CalibrationOption() {}

    void check() {
      if (keepRight == null) {
        return;
      }
      if (file == null) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION,
            "--keep-right needs --calibrate.",
            "Add --calibrate FILE, to which the model with the threshold is written.");
      }
      if (!(keepRight > 0 && keepRight <= 1)) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION,
            "--keep-right cannot be " + keepRight + ".",
            "Give a fraction above 0 and at most 1, such as 0.95.");
      }
    }
  }

  /** Where to write the report. */
  static final class ReportOption {
    @Option(
        names = "--report",
        paramLabel = "FILE",
        description =
            "Write an HTML page with the confusion matrix, the results of each class, mistakes and"
                + " calibration.")
    @Nullable Path file;

    ReportOption() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.DATA, DataOptions.OPTIONS)
            .with(split)
            .with(List.of(DataOptions.LIMIT_OF_SPLIT, DataOptions.SEED_OF_DATA)),
        OptionGroup.of(OptionGroup.Concern.READING, LoadingOptions.OPTIONS)
            .with(List.of(SettingOption.of("--batch-size", "NUMBER", RunSettings.BATCH_SIZE))),
        OptionGroup.of(OptionGroup.Concern.PREDICTION, threshold).with(calibration),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(
                OptionGroup.Concern.OUTPUT,
                List.of(SettingOption.flag("--quiet", RunSettings.QUIET).orShort("-q")))
            .with(report)
            .with(json));
  }

  @Override
  public Integer call() {
    calibration.check();
    GivenOptions given = given();
    ModelOptions model = ModelOptions.of(given);
    PluginRegistry registry = registry(arguments);
    Configuration configuration =
        arguments.read(
            registry,
            List.of(
                List.of(RunSettings.DATASET.byDefault(DataOptions.DEFAULT_DATASET)),
                given.forAnySplit(),
                engine.settings()));
    EngineSettings engineSettings = configuration.engineSettings().forInference();
    data.take(configuration);
    loading.take(configuration);
    ModelSource source = new ModelSource(registry, model, err());
    ModelSource.Loaded file = source.isFile() ? source.complete(0, Activation.SOFTMAX) : null;
    Dataset data =
        loading.apply(
            new EvaluationData(configuration, this.data, err())
                .open(split(), file == null ? null : TrainedOn.of(file.metadata())),
            err());
    LabelMode mode = LabelMode.of(data);
    ModelSource.Loaded loaded =
        file == null ? source.complete(data.classNames().size(), mode.activation()) : file;
    warnOfRandomWeights(loaded);
    PublishedAccuracy.of(loaded).ifPresent(err()::println);
    Dataset dataset = ClassNames.matched(data, loaded);
    List<Metric> metrics = withConfigured(metrics(dataset), configuration);
    TrainingConfig config =
        TrainingConfig.of(
            builder -> builder.engineSettings(engineSettings).loss(mode.loss()).metrics(metrics));
    Evaluation result;
    Calibrated calibrated = null;
    try (Engine opened = registry.openEngine(engineSettings);
        Trainer trainer = Trainer.of(loaded.model(), config, opened)) {
      result =
          trainer.evaluate(
              dataset,
              options ->
                  options
                      .batchSize(configuration.get(RunSettings.BATCH_SIZE))
                      .workers(loading.workers)
                      .prefetch(loading.prefetch)
                      .output(System.out)
                      .verbosity(
                          configuration.get(RunSettings.QUIET) || json.json
                              ? Verbosity.SILENT
                              : Verbosity.AUTO));
      if (calibration.file != null) {
        calibrated = calibrate(trainer, dataset, loaded, calibration.file, calibration.keepRight);
      }
      if (report.file != null) {
        report(result, dataset, loaded, trainer).write(report.file);
      }
    }
    print(result, dataset, ClassNames.missing(data, dataset), calibrated);
    return 0;
  }

  /** Test data must not choose a temperature that they are to judge. */
  private @Nullable EvaluatedSplit split() {
    return split.name == null && calibration.file != null ? EvaluatedSplit.VALIDATION : split.name;
  }

  /** What was found and written: a temperature and perhaps a threshold. */
  private record Calibrated(Calibration temperature, @Nullable UnknownThreshold threshold) {}

  private static Calibrated calibrate(
      Trainer trainer,
      Dataset dataset,
      ModelSource.Loaded loaded,
      Path file,
      @Nullable Double keepRight) {
    if (dataset.target().multiLabel()) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "A sample of " + dataset.name() + " may have several classes.",
          "Leave --calibrate out; it takes data whose classes exclude each other.");
    }
    Predictions predictions = trainer.predict(dataset);
    List<Integer> labels = IntStream.range(0, dataset.size()).mapToObj(dataset::label).toList();
    Calibration found = Calibration.of(predictions, labels);
    Model model = loaded.model();
    InferenceSettings settings = model.inferenceSettings().withTemperature(found.temperature());
    UnknownThreshold threshold = null;
    if (keepRight != null) {
      threshold = UnknownThreshold.of(predictions, labels, found.temperature(), keepRight);
      settings = settings.withUnknownBelow(threshold.score());
    }
    ModelFile.save(
        file, model.withInferenceSettings(settings), loaded.classNames(), loaded.metadata());
    return new Calibrated(found, threshold);
  }

  private static Report report(
      Evaluation result, Dataset dataset, ModelSource.Loaded loaded, Trainer trainer) {
    Dataset analysed = PredictionAnalysis.analysable(dataset);
    double temperature = loaded.model().inferenceSettings().temperature();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", loaded.name() + ", " + loaded.origin());
    settings.put("data", dataset.name());
    if (temperature != 1) {
      settings.put("temperature", Double.toString(temperature));
    }
    return Report.of(result)
        .title(loaded.name() + " on " + dataset.name())
        .settings(settings)
        .classNames(dataset.classNames())
        .metric(LabelMode.of(dataset).accuracy().name())
        .analysis(PredictionAnalysis.of(analysed, trainer.predict(analysed), temperature));
  }

  private List<Metric> metrics(Dataset dataset) {
    Double least = threshold.threshold;
    if (dataset.target().multiLabel()) {
      return List.of(
          least == null
              ? Metrics.binaryAccuracy()
              : Metrics.binaryAccuracy().threshold(Thresholds.checked("--threshold", least)));
    }
    if (least != null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "A sample of " + dataset.name() + " has one class, so that there is no threshold.",
          "Leave --threshold out.");
    }
    return dataset.classNames().size() > TOP
        ? List.of(Metrics.accuracy(), Metrics.topKAccuracy(TOP))
        : List.of(Metrics.accuracy());
  }

  /** Returns metrics and those of the configuration that report something else. */
  private static List<Metric> withConfigured(List<Metric> metrics, Configuration configuration) {
    List<Metric> all = new ArrayList<>(metrics);
    for (Metric metric : configuration.get(RunSettings.METRICS)) {
      if (metrics.stream().noneMatch(known -> known.name().equals(metric.name()))) {
        all.add(metric);
      }
    }
    return all;
  }

  private void print(
      Evaluation result, Dataset dataset, List<String> missing, @Nullable Calibrated calibrated) {
    PrintWriter out = out();
    if (json.json) {
      JsonObject object = new JsonObject();
      object.addProperty("dataset", dataset.name());
      object.addProperty("samples", dataset.size());
      JsonArray names = new JsonArray();
      missing.forEach(names::add);
      object.add("missingClasses", names);
      result.values().forEach(object::addProperty);
      if (calibrated != null) {
        addTo(object, calibrated);
      }
      printText(new GsonBuilder().setPrettyPrinting().create().toJson(object));
    } else {
      out.println(dataset.name() + ", " + dataset.size() + " samples");
      if (!missing.isEmpty()) {
        out.println(
            "Classes of the model that the data does not have: " + String.join(", ", missing));
      }
      result
          .values()
          .forEach(
              (name, value) -> out.println(String.format(Locale.ROOT, "%-24s %.4f", name, value)));
      if (calibrated != null) {
        print(out, calibrated);
      }
      if (report.file != null) {
        out.println("Report   " + report.file);
      }
    }
    out.flush();
  }

  private static void addTo(JsonObject object, Calibrated calibrated) {
    Calibration found = calibrated.temperature();
    object.addProperty("temperature", found.temperature());
    object.addProperty("calibrationErrorBefore", found.errorBefore());
    object.addProperty("calibrationErrorAfter", found.errorAfter());
    UnknownThreshold threshold = calibrated.threshold();
    if (threshold != null) {
      object.addProperty("unknownBelow", threshold.score());
      object.addProperty("rightKept", threshold.rightKept());
      object.addProperty("wrongRefused", threshold.wrongRefused());
    }
  }

  private void print(PrintWriter out, Calibrated calibrated) {
    Calibration found = calibrated.temperature();
    out.println(
        String.format(
            Locale.ROOT,
            "Temperature %.4f: calibration error %.4f, before %.4f",
            found.temperature(),
            found.errorAfter(),
            found.errorBefore()));
    UnknownThreshold threshold = calibrated.threshold();
    if (threshold != null) {
      out.println(
          String.format(
              Locale.ROOT,
              "Unknown below %.4f: %.1f %% of the right answers stay, %.1f %% of the wrong ones"
                  + " become unknown",
              threshold.score(),
              100 * threshold.rightKept(),
              100 * threshold.wrongRefused()));
    }
    out.println("Written to " + calibration.file);
  }
}
