package dev.espalier.cli.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.run.TrainedOn;
import dev.espalier.cli.text.DataIssuesText;
import dev.espalier.cli.text.DescriptionText;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.dataquality.DataIssueFinder;
import dev.espalier.core.dataquality.DataIssues;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.DatasetDescription;
import dev.espalier.datasets.files.ReadableSamples;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.report.DataReport;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Describes a data set. Loads an engine only if a model is given. */
@Command(
    name = "describe",
    header = "Describes a data set: classes, sizes, formats, duplicates, damaged files.",
    description =
        "Reads every image once and lists the damaged files of all splits, and images "
            + "that are in two splits. With --model, also finds images that are probably "
            + "mislabelled, and near-duplicates in other splits. Needs no engine without --model. "
            + "Takes the settings data.* of the configuration, as training does.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier describe --data photos",
      "  espalier describe --dataset cifar10 --download --split test",
      "  espalier describe --data labels.csv --json",
      "  espalier describe --data photos --model runs/photos/model.safetensors --report photos.html"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class DescribeCommand extends Subcommand {
  private final DataOptions data = new DataOptions();
  private final SplitOption description = new SplitOption();
  private final SimilarityOption similarity = new SimilarityOption();
  private final ReportOption report = new ReportOption();
  private final LoadingOptions loading = new LoadingOptions();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();
  private final JsonOption json = new JsonOption();

  DescribeCommand() {}

  /** The split to describe. */
  static final class SplitOption {
    @Option(
        names = "--split",
        paramLabel = "SPLIT",
        defaultValue = "TRAIN",
        description = "train, validation or test. Default: train.")
    Split split = Split.TRAIN;

    SplitOption() {}
  }

  /** How similar near-duplicates are. */
  static final class SimilarityOption {
    @Option(
        names = "--similarity",
        paramLabel = "COSINE",
        description =
            "With --model: cosine of the features from which two images are near-duplicates, above 0"
                + " and at most 1. Default: 0.9.")
    @Nullable Double cosine;

    SimilarityOption() {}

    void check() {
      if (cosine != null && !(cosine > 0 && cosine <= 1)) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION,
            "--similarity cannot be " + cosine + ".",
            "Give a cosine above 0 and at most 1, such as 0.9.");
      }
    }
  }

  /** Where to show what a model finds. */
  static final class ReportOption {
    @Option(
        names = "--report",
        paramLabel = "FILE",
        description = "With --model: write an HTML page that shows the images that were found.")
    @Nullable Path file;

    ReportOption() {}
  }

  /**
   * What a model found.
   *
   * @param dataset without unreadable images
   * @param others without unreadable images
   */
  private record Found(DataIssues issues, Dataset dataset, List<Dataset> others) {}

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OF_BASE).with(similarity),
        OptionGroup.of(OptionGroup.Concern.DATA, DataOptions.OPTIONS)
            .with(DataOptions.DOWNLOAD)
            .with(description)
            .with(List.of(DataOptions.LIMIT_OF_SPLIT, DataOptions.SEED_OF_DATA)),
        OptionGroup.of(
            OptionGroup.Concern.READING,
            List.of(SettingOption.of("--batch-size", "NUMBER", RunSettings.BATCH_SIZE))),
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
    PluginRegistry registry = registry(arguments);
    Configuration configuration =
        arguments.read(
            registry,
            List.of(
                List.of(RunSettings.DATASET.byDefault(DataOptions.DEFAULT_DATASET)),
                given().forAnySplit(),
                engine.settings()));
    ModelOptions model = ModelOptions.of(given());
    similarity.check();
    ModelSource.Loaded base = base(registry, model);
    data.take(configuration);
    loading.take(configuration);
    Dataset dataset = data.open(configuration, description.split, err());
    List<Dataset> others = others(configuration, dataset);
    DatasetDescription described = DatasetDescription.of(dataset, others);
    Found found =
        base == null ? null : find(registry, configuration, base, dataset, others, described);
    if (json.json) {
      printText(json(described, found));
    } else {
      out()
          .print(
              new DescriptionText(described, others.stream().map(Dataset::name).toList()).text());
      if (found != null) {
        out().print(new DataIssuesText(found.issues(), found.dataset(), found.others()).text());
      }
    }
    out().flush();
    if (found != null && report.file != null) {
      DataReport.of(found.dataset(), found.others(), found.issues()).write(report.file);
      if (!json.json) {
        printText(System.lineSeparator() + "Report   " + report.file);
      }
    }
    return 0;
  }

  /** Returns the model whose features are compared, or null if none is given. */
  private ModelSource.@Nullable Loaded base(PluginRegistry registry, ModelOptions model) {
    if (model.model == null) {
      refuseWithoutModel("--similarity", similarity.cosine);
      refuseWithoutModel("--report", report.file);
      refuseWithoutModel("--weights", model.weights);
      refuseWithoutModel("--image-size", model.imageSize);
      return null;
    }
    ModelSource.Loaded base = new ModelSource(registry, model, err()).base();
    if (base.origin().equals(ModelSource.RANDOM)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The model " + base.name() + " has random weights, so that its features mean nothing.",
          "Give --weights, or a model file.");
    }
    return base;
  }

  private static void refuseWithoutModel(String option, @Nullable Object value) {
    if (value != null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          option + " needs --model.",
          "Add --model with a model file, or with the name of a model and its --weights.");
    }
  }

  private Found find(
      PluginRegistry registry,
      Configuration configuration,
      ModelSource.Loaded base,
      Dataset dataset,
      List<Dataset> others,
      DatasetDescription described) {
    boolean damaged = described.unreadable().size() > dataset.unreadableFiles().size();
    Dataset readable = damaged ? ReadableSamples.of(dataset) : dataset;
    List<Dataset> compared = new ArrayList<>();
    for (Dataset other : others) {
      boolean problems = described.unreadableElsewhere().containsKey(other.name());
      compared.add(problems ? ReadableSamples.of(other) : other);
    }
    TrainedOn trained = TrainedOn.of(base.metadata());
    if (trained != null && trained.data().equals(dataset.name())) {
      err()
          .println(
              "note: the model was trained on "
                  + dataset.name()
                  + ". If its base was trained there too, not only its head, it has memorized some"
                  + " wrong labels, which are not found.");
      err().flush();
    }
    EngineSettings settings = configuration.engineSettings().forInference();
    DataIssueFinder finder =
        DataIssueFinder.of(base.model(), readable)
            .others(compared)
            .engine(settings)
            .evaluation(
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
    if (similarity.cosine != null) {
      finder = finder.similarity(similarity.cosine);
    }
    try (Engine opened = registry.openEngine(settings)) {
      return new Found(finder.find(opened), readable, compared);
    }
  }

  private static String json(DatasetDescription described, @Nullable Found found) {
    Gson gson =
        new GsonBuilder()
            .disableHtmlEscaping()
            .registerTypeHierarchyAdapter(
                Path.class,
                (JsonSerializer<Path>) (path, type, context) -> new JsonPrimitive(path.toString()))
            .setPrettyPrinting()
            .create();
    JsonObject object = gson.toJsonTree(described).getAsJsonObject();
    if (found != null) {
      new DataIssuesText(found.issues(), found.dataset(), found.others()).addTo(object);
    }
    return gson.toJson(object);
  }

  /** Returns the other splits that a training would use. */
  private List<Dataset> others(Configuration configuration, Dataset described) {
    List<Dataset> others = new ArrayList<>();
    for (Split split : data.splits(configuration, err()).available()) {
      if (split != description.split) {
        Dataset other = data.open(configuration, split, err());
        // Validation and test may be the same split.
        if (!same(described, other)) {
          others.add(other);
        }
      }
    }
    return others;
  }

  private static boolean same(Dataset one, Dataset other) {
    return one.name().equals(other.name())
        && one.size() == other.size()
        && (one.size() == 0 || Objects.equals(one.file(0), other.file(0)));
  }
}
