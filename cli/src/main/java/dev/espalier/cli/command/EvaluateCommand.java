package dev.espalier.cli.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.activation.Activation;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.DefaultSettings;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.LabelMode;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.Thresholds;
import dev.espalier.cli.run.ClassNames;
import dev.espalier.cli.run.EvaluatedSplit;
import dev.espalier.cli.run.EvaluationData;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.TrainedOn;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a model on a data set. */
@Command(
    name = "evaluate",
    header = "Measures loss and accuracy of a model on a data set.",
    description = "Takes the settings data.* as a training does.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class EvaluateCommand extends Subcommand {
  private static final int TOP = 5;

  @ArgGroup(validate = false, heading = "%nModel:%n", order = 1)
  ModelOptions model = new ModelOptions();

  @ArgGroup(validate = false, heading = "%nData:%n", order = 2)
  DataOptions data = new DataOptions();

  @ArgGroup(validate = false, heading = "%nReading:%n", order = 3)
  LoadingOptions loading = new LoadingOptions();

  @ArgGroup(validate = false, heading = "%nEvaluation:%n", order = 4)
  EvaluationArguments evaluation = new EvaluationArguments();

  @ArgGroup(validate = false, heading = "%nEngine:%n", order = 5)
  EngineArguments engine = new EngineArguments();

  EvaluateCommand() {}

  /** How to measure. */
  static final class EvaluationArguments {
    @Option(
        names = "--split",
        paramLabel = "SPLIT",
        description = {
          "train, validation, test or all. Default: test; all of data without",
          "splits, unless the model was trained on it."
        })
    @Nullable EvaluatedSplit split;

    @Option(
        names = "--limit",
        paramLabel = "NUMBER",
        defaultValue = "0",
        description = "Take only so many samples, evenly spread.")
    int limit;

    @Option(
        names = "--batch-size",
        paramLabel = "NUMBER",
        defaultValue = "64",
        description = "Samples in a step (default: ${DEFAULT-VALUE}).")
    int batchSize = 64;

    @Option(
        names = "--seed",
        paramLabel = "NUMBER",
        defaultValue = "1",
        description = "For generated data and divided folders (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    @Option(
        names = "--threshold",
        paramLabel = "PART",
        description = "In multi-label data, the score above which a class is there (default: 0.5).")
    @Nullable Double threshold;

    @Option(names = "--json", description = "Print the figures as JSON.")
    boolean json;

    @Option(
        names = {"-q", "--quiet"},
        description = "Show no progress, only the result.")
    boolean quiet;

    EvaluationArguments() {}
  }

  @Override
  public Integer call() {
    PluginRegistry registry = registry();
    Configuration configuration =
        engine.configuration(
            registry,
            new DefaultSettings()
                .add(RunSettings.DATASET, DataOptions.DEFAULT_DATASET)
                .and(GivenOptions.ofLookingAtData(spec.commandLine().getParseResult())));
    EngineSettings engineSettings = configuration.engineSettings();
    data.take(configuration);
    loading.take(configuration);
    ModelSource source = new ModelSource(registry, model);
    ModelSource.Loaded file = source.isFile() ? source.complete(0, Activation.SOFTMAX) : null;
    Dataset data =
        loading.apply(
            new EvaluationData(configuration, this.data, err())
                .open(evaluation.split, file == null ? null : TrainedOn.of(file.metadata())),
            err());
    LabelMode mode = LabelMode.of(data);
    ModelSource.Loaded loaded =
        file == null ? source.complete(data.classNames().size(), mode.activation()) : file;
    warnOfRandomWeights(loaded);
    Dataset dataset = ClassNames.matched(data, loaded);
    List<Metric> metrics = metrics(dataset);
    TrainingConfig config =
        TrainingConfig.of(
            builder -> builder.engineSettings(engineSettings).loss(mode.loss()).metrics(metrics));
    Evaluation result;
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
                          configuration.get(RunSettings.QUIET) || evaluation.json
                              ? Verbosity.SILENT
                              : Verbosity.AUTO));
    }
    print(result, dataset, ClassNames.missing(data, dataset));
    return 0;
  }

  private List<Metric> metrics(Dataset dataset) {
    Double threshold = evaluation.threshold;
    if (dataset.target().multiLabel()) {
      return List.of(
          threshold == null
              ? Metrics.binaryAccuracy()
              : Metrics.binaryAccuracy().threshold(Thresholds.checked(threshold)));
    }
    if (threshold != null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "A sample of " + dataset.name() + " has one class, so that there is no threshold.",
          "Leave --threshold out.");
    }
    return dataset.classNames().size() > TOP
        ? List.of(Metrics.accuracy(), Metrics.topKAccuracy(TOP))
        : List.of(Metrics.accuracy());
  }

  private void print(Evaluation result, Dataset dataset, List<String> missing) {
    PrintWriter out = out();
    if (evaluation.json) {
      JsonObject object = new JsonObject();
      object.addProperty("dataset", dataset.name());
      object.addProperty("samples", dataset.size());
      JsonArray names = new JsonArray();
      missing.forEach(names::add);
      object.add("missingClasses", names);
      result.values().forEach(object::addProperty);
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
    }
    out.flush();
  }
}
