package dev.espalier.cli.option;

import dev.espalier.cli.text.DownloadProgress;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.PublishedDatasets;
import dev.espalier.download.DownloadSettings;
import dev.espalier.download.Downloads;
import dev.espalier.engine.CacheFolder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import dev.espalier.plugin.DatasetSource;
import dev.espalier.plugin.DatasetSplits;
import dev.espalier.plugin.PublishedFile;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options for the data set, the same in all commands. */
public final class DataOptions {
  public static final String DEFAULT_DATASET = "shapes";

  /** Origin of a data set name that was derived from the location. */
  private static final String BY_LOCATION = "follows from " + RunSettings.DATA_LOCATION.name();

  private static final List<String> TABLES = List.of(".csv", ".tsv", ".json", ".jsonl");

  /** The options that select the data set, in every command that has one. */
  public static final List<SettingOption> OPTIONS =
      List.of(
          SettingOption.of("--dataset", "NAME", RunSettings.DATASET)
              .describedAs(
                  RunSettings.DATASET.option().description()
                      + " Default: image-folder where --data is a folder, manifest where it is a"
                      + " table, else "
                      + DEFAULT_DATASET
                      + ", which is generated and needs no files.")
              .knowing(new Names.Datasets()),
          SettingOption.of("--data", "PATH", RunSettings.DATA_LOCATION));

  /** The limits of splits, in commands that train. */
  public static final List<SettingOption> LIMITS =
      List.of(
          SettingOption.of("--limit", "NUMBER", RunSettings.LIMIT),
          SettingOption.of("--validation-limit", "NUMBER", RunSettings.VALIDATION_LIMIT));

  /** The limit of any split, in commands that read one. */
  public static final SettingOption LIMIT_OF_SPLIT =
      SettingOption.of("--limit", "NUMBER", RunSettings.LIMIT)
          .describedAs("Take at most this many samples, spread evenly over the split; 0 for all.");

  /** The seed, in commands that do not train. */
  public static final SettingOption SEED_OF_DATA =
      SettingOption.of("--seed", "NUMBER", RunSettings.SEED)
          .describedAs("Random seed of generated data and of folders that are split.");

  /** What commands without a model need beside. */
  public static final List<SettingOption> DOWNLOAD = List.of(ModelOptions.DOWNLOAD);

  private String dataset = DEFAULT_DATASET;
  private @Nullable Path data;

  private boolean download;
  private @Nullable Path fetched;
  private boolean byLocation;
  private @Nullable Opened source;

  /** The data of a configuration. */
  private record Opened(Configuration configuration, DatasetSource source) {}

  /** Prevents repeated warnings, since splits of a data set share most of them. */
  private final Set<String> told = new HashSet<>();

  public DataOptions() {}

  /**
   * Returns the data set for a location if none is named: image-folder for a folder, manifest for a
   * table.
   *
   * @param given all other settings
   */
  static List<Setting> datasetByLocation(Settings given) {
    Setting named = given.find(RunSettings.DATASET.name());
    Setting location = given.find(RunSettings.DATA_LOCATION.name());
    Path path =
        location == null ? null : RunSettings.DATA_LOCATION.option().type().parse(location.text());
    if (path == null || (named != null && !isDefault(named))) {
      return List.of();
    }
    String name = byLocation(path);
    return name == null
        ? List.of()
        : List.of(
            new Setting(
                RunSettings.DATASET.name(), name, new Origin(Origin.Source.DEFAULT, BY_LOCATION)));
  }

  private static @Nullable String byLocation(Path path) {
    String file = path.toString().toLowerCase(Locale.ROOT);
    if (Files.isDirectory(path)) {
      return "image-folder";
    }
    return TABLES.stream().anyMatch(file::endsWith) ? "manifest" : null;
  }

  /** Takes the values from a configuration. */
  public void take(Configuration configuration) {
    dataset = configuration.get(RunSettings.DATASET);
    data = configuration.find(RunSettings.DATA_LOCATION);
    download = configuration.get(RunSettings.DOWNLOAD);
    Setting named = configuration.setting(RunSettings.DATASET);
    byLocation = named != null && named.origin().place().equals(BY_LOCATION);
    if (data != null && !byLocation && named != null && isDefault(named)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "It cannot be determined which data set is at "
              + data
              + (Files.exists(data)
                  ? ": it is neither a folder nor a table (.csv, .tsv, .json, .jsonl)."
                  : ": the path does not exist."),
          Files.exists(data) ? "Name the data set with --dataset." : "Correct the path.");
    }
  }

  private static boolean isDefault(Setting setting) {
    return setting.origin().source() == Origin.Source.DEFAULT;
  }

  /** Returns the available splits of the configured data set; call {@link #take} first. */
  public DatasetSplits splits(Configuration configuration, PrintWriter err) {
    return source(configuration, err).splits();
  }

  /** Opens all splits of the configured data set as one; call {@link #take} first. */
  public Dataset openWhole(Configuration configuration, PrintWriter err) {
    return source(configuration, err).openWhole();
  }

  /** Opens a split of the configured data set; call {@link #take} first. */
  public Dataset open(Configuration configuration, Split split, PrintWriter err) {
    if (byLocation) {
      byLocation = false; // reported once
      err.println("Reading " + data + " as the data set " + dataset + "; --dataset names another.");
    }
    Dataset opened = source(configuration, err).open(split);
    opened.warnings().stream()
        .filter(told::add)
        .forEach(warning -> err.println("warning: " + warning));
    err.flush();
    return opened;
  }

  /** Returns the data of a configuration; its files are listed once for all splits. */
  private DatasetSource source(Configuration configuration, PrintWriter err) {
    Opened known = source;
    if (known == null || known.configuration() != configuration) {
      known = new Opened(configuration, configuration.data(location(err)));
      source = known;
    }
    return known.source();
  }

  /** Returns where the data was downloaded to, so that repeating the run needs no download. */
  public List<Setting> settings() {
    return fetched == null
        ? List.of()
        : List.of(
            new Setting(RunSettings.DATA_LOCATION.name(), fetched.toString(), Origin.program()));
  }

  private @Nullable Path location(PrintWriter err) {
    Path location = data;
    // A file named in a saved configuration has already been downloaded.
    if (download
        && PublishedDatasets.byDataset().containsKey(dataset)
        && (data == null || !Files.isRegularFile(data))) {
      location = downloaded(err);
      fetched = location;
    }
    if (location == null && PublishedDatasets.byDataset().containsKey(dataset)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The data set " + dataset + " is read from files, and no location was given.",
          "Give --data with its folder or archive, or --download to fetch it from "
              + PublishedDatasets.byDataset().get(dataset).address()
              + ".");
    }
    return location;
  }

  private Path downloaded(PrintWriter err) {
    PublishedFile file = Objects.requireNonNull(PublishedDatasets.byDataset().get(dataset));
    Path folder = data;
    if (folder == null) {
      folder = CacheFolder.of(System.getenv()).resolve("datasets");
    }
    if (!Files.exists(folder.resolve(file.name()))) {
      err.println("Downloading " + file.address() + " into " + folder);
      err.flush();
    }
    return Downloads.fetch(
        file, folder, DownloadSettings.of(System.getenv()).progress(new DownloadProgress(err)::at));
  }
}
