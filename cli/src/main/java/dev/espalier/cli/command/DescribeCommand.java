package dev.espalier.cli.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.DefaultSettings;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.text.DescriptionText;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.DatasetDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what is in a data set. Loads no engine. */
@Command(
    name = "describe",
    header = "Says what is in a data set: classes, sizes, formats, duplicates, damaged files.",
    description = {
      "Reads every image once, those of the other splits too: it lists damaged files of all splits,",
      "and images that are in two. Needs no engine. Takes the settings data.* as a training does."
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class DescribeCommand extends Subcommand {
  @ArgGroup(validate = false, heading = "%nData:%n", order = 1)
  DataOptions data = new DataOptions();

  @ArgGroup(validate = false, heading = "%nDescription:%n", order = 2)
  Description description = new Description();

  @ArgGroup(validate = false, heading = "%nConfiguration:%n", order = 3)
  ConfigurationArguments arguments = new ConfigurationArguments();

  DescribeCommand() {}

  /** What to describe, and how. */
  static final class Description {
    @Option(
        names = "--split",
        paramLabel = "PART",
        defaultValue = "TRAIN",
        description = "train, validation or test. Default: train.")
    Split split = Split.TRAIN;

    @Option(
        names = "--limit",
        paramLabel = "NUMBER",
        defaultValue = "0",
        description = "Take only so many samples of each part, evenly spread.")
    int limit;

    @Option(
        names = "--seed",
        paramLabel = "NUMBER",
        defaultValue = "1",
        description = "For generated data and divided folders (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    @Option(names = "--json", description = "Print all of it as JSON, without shortening lists.")
    boolean json;

    Description() {}
  }

  @Override
  public Integer call() {
    Configuration configuration =
        arguments.read(
            registry(),
            new DefaultSettings()
                .add(RunSettings.DATASET, DataOptions.DEFAULT_DATASET)
                .and(GivenOptions.ofLookingAtData(spec.commandLine().getParseResult())));
    data.take(configuration);
    Dataset dataset = data.open(configuration, description.split, err());
    List<Dataset> others = others(configuration, dataset);
    DatasetDescription described = DatasetDescription.of(dataset, others);
    if (description.json) {
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
        // Of validation and test the one may stand in for the other.
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
