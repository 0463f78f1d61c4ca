package dev.espalier.cli.option;

import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.UnreadableFile;
import dev.espalier.datasets.files.ReadableSamples;
import java.io.PrintWriter;
import java.util.List;

/** The options for reading samples during training and evaluation. */
public final class LoadingOptions {
  private static final int LINES_SHOWN = 10;

  /** The options, in every command that reads a data set for a model. */
  public static final List<SettingOption> OPTIONS =
      List.of(
          SettingOption.of("--workers", "NUMBER", RunSettings.WORKERS),
          SettingOption.of("--prefetch", "NUMBER", RunSettings.PREFETCH),
          SettingOption.of("--memory-cache", "MIB", RunSettings.MEMORY_CACHE),
          SettingOption.flag("--skip-unreadable", RunSettings.SKIP_UNREADABLE));

  public int workers;
  public int prefetch;
  int memoryCache;
  public boolean skipUnreadable;

  public LoadingOptions() {}

  /** Takes the values from a configuration. */
  public void take(Configuration configuration) {
    workers = configuration.get(RunSettings.WORKERS);
    prefetch = configuration.get(RunSettings.PREFETCH);
    memoryCache = configuration.get(RunSettings.MEMORY_CACHE);
    skipUnreadable = configuration.get(RunSettings.SKIP_UNREADABLE);
  }

  /** Returns the data set to read, and reports what is skipped. */
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
    err.println("warning: skipping unreadable files of " + dataset.name() + ": " + files.size());
    files.stream().limit(LINES_SHOWN).forEach(file -> err.println("  " + file.reason()));
    if (files.size() > LINES_SHOWN) {
      err.println(
          "  and " + (files.size() - LINES_SHOWN) + " more; espalier describe --json lists all");
    }
    err.flush();
  }
}
