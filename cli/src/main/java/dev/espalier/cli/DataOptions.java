package dev.espalier.cli;

import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.plugin.DatasetRequest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which data. The same in all commands. */
final class DataOptions {
  static final String DEFAULT_DATASET = "shapes";

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      defaultValue = DEFAULT_DATASET,
      completionCandidates = Names.Datasets.class,
      description = {
        "A data set by name (default: ${DEFAULT-VALUE}, which is drawn and needs no files).",
        "Names: ${COMPLETION-CANDIDATES}"
      })
  String dataset = DEFAULT_DATASET;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "The folder or archive that holds the data set.")
  @Nullable Path data;

  DataOptions() {}

  /**
   * Opens a part of the data set.
   *
   * @param seed for generated data
   * @param limit the first so many samples, 0 for all
   */
  Dataset open(PluginRegistry registry, Split split, long seed, int limit) {
    Dataset whole = registry.dataset(dataset).open(new DatasetRequest(split, data, seed));
    return limit == 0 ? whole : Datasets.take(whole, limit);
  }
}
