package dev.espalier.cli.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.text.DescriptionText;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.DefaultSettings;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.DatasetDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Describes a data set. Loads no engine. */
@Command(
    name = "describe",
    header = "Describes a data set: classes, sizes, formats, duplicates, damaged files.",
    description =
        "Reads every image once and lists the damaged files of all splits, and images "
            + "that are in two splits. Needs no engine. Takes the settings data.* of the "
            + "configuration, as training does.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier describe --data photos",
      "  espalier describe --dataset cifar10 --download --split test",
      "  espalier describe --data labels.csv --json"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class DescribeCommand extends Subcommand {
  private final DataOptions data = new DataOptions();
  private final SplitOption description = new SplitOption();
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

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.DATA, DataOptions.OPTIONS)
            .with(DataOptions.DOWNLOAD)
            .with(description)
            .with(List.of(DataOptions.LIMIT_OF_SPLIT, DataOptions.SEED_OF_DATA)),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, json));
  }

  @Override
  public Integer call() {
    Configuration configuration =
        arguments.read(
            registry(arguments),
            new DefaultSettings()
                .add(RunSettings.DATASET, DataOptions.DEFAULT_DATASET)
                .and(given().forAnySplit()));
    data.take(configuration);
    Dataset dataset = data.open(configuration, description.split, err());
    List<Dataset> others = others(configuration, dataset);
    DatasetDescription described = DatasetDescription.of(dataset, others);
    if (json.json) {
      printText(
          new GsonBuilder()
              .disableHtmlEscaping()
              .registerTypeHierarchyAdapter(
                  Path.class,
                  (JsonSerializer<Path>)
                      (path, type, context) -> new JsonPrimitive(path.toString()))
              .setPrettyPrinting()
              .create()
              .toJson(described));
    } else {
      out()
          .print(
              new DescriptionText(described, others.stream().map(Dataset::name).toList()).text());
    }
    out().flush();
    return 0;
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
