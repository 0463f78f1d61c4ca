package dev.espalier.cli.option;

import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.UnreadableFile;
import dev.espalier.datasets.files.ReadableSamples;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** How samples are read while a model is trained or measured. */
public final class LoadingOptions {
  private static final int LINES_SHOWN = 10;

  @Option(
      names = "--workers",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = {
        "Threads that read and prepare samples; results do not depend on it.",
        "Default: half of the processors, up to 8."
      })
  public int workers;

  @Option(
      names = "--prefetch",
      paramLabel = "NUMBER",
      defaultValue = "4",
      description = "Batches that are prepared ahead, at most (default: ${DEFAULT-VALUE}).")
  public int prefetch = 4;

  @Option(
      names = "--memory-cache",
      paramLabel = "MIB",
      defaultValue = "0",
      description = {
        "Memory for samples of each part, so that they are read once and not in each epoch.",
        "Default: 0, none."
      })
  int memoryCache;

  @Option(
      names = "--skip-unreadable",
      description = {
        "Read all samples once before, and leave out and report those that cannot be read.",
        "Without this the first one stops the run."
      })
  public boolean skipUnreadable;

  public LoadingOptions() {}

  /** Takes over what the configuration says. */
  public void take(Configuration configuration) {
    workers = configuration.get(RunSettings.WORKERS);
    prefetch = configuration.get(RunSettings.PREFETCH);
    memoryCache = configuration.get(RunSettings.MEMORY_CACHE);
    skipUnreadable = configuration.get(RunSettings.SKIP_UNREADABLE);
  }

  /** Returns what is to be read of a data set, and reports what is left out. */
  public Dataset apply(Dataset dataset, PrintWriter err) {
    Dataset read = dataset;
    if (skipUnreadable) {
      read = ReadableSamples.of(dataset);
      report(read, err);
    }
    return memoryCache == 0 ? read : Datasets.cached(read, (long) memoryCache << 20);
  }

  private static void report(Dataset dataset, PrintWriter err) {
    List<UnreadableFile> files = dataset.unreadableFiles();
    if (files.isEmpty()) {
      return;
    }
    err.println(
        "warning: files of "
            + dataset.name()
            + " that cannot be read are left out: "
            + files.size());
    files.stream().limit(LINES_SHOWN).forEach(file -> err.println("  " + file.reason()));
    if (files.size() > LINES_SHOWN) {
      err.println(
          "  and " + (files.size() - LINES_SHOWN) + " more; espalier describe --json lists all");
    }
    err.flush();
  }
}
