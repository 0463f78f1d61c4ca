package dev.espalier.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.DatasetDescription;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what is in a data set. Loads no engine. */
@Command(
    name = "describe",
    header = "Says what is in a data set: classes, sizes, formats, duplicates, damaged files.",
    description = "Reads every picture once. Needs no engine.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class DescribeCommand extends Subcommand {
  @ArgGroup(validate = false, heading = "%nData:%n", order = 1)
  DataOptions data = new DataOptions();

  @ArgGroup(validate = false, heading = "%nDescription:%n", order = 2)
  Description description = new Description();

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
        description = "Take only so many samples, evenly spread.")
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
    Dataset dataset =
        data.open(registry(), description.split, description.seed, description.limit, err());
    DatasetDescription described = DatasetDescription.of(dataset);
    if (description.json) {
      out()
          .println(
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
      out().print(new DescriptionText(described).text());
    }
    out().flush();
    return 0;
  }
}
