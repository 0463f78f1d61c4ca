package dev.espalier.cli.option;

import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.data.CroppedResizing;
import dev.espalier.download.DownloadSettings;
import dev.espalier.model.Model;
import dev.espalier.option.OptionValues;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options for the model, the same in all commands. Not thread-safe. */
public final class ModelOptions {
  /** Allows downloads, in commands with or without a model. */
  static final SettingOption DOWNLOAD =
      SettingOption.flag("--download", RunSettings.DOWNLOAD)
          .describedAs(
              RunSettings.DOWNLOAD.option().description(),
              "Weights go into the cache folder, data sets into the folder of --data or else into"
                  + " the cache folder.");

  /** The options, in every command that has a model. */
  public static final List<SettingOption> OPTIONS =
      List.of(
          SettingOption.of("--model", "NAME|FILE", RunSettings.MODEL).knowing(new Names.Models()),
          SettingOption.of("--weights", "NAME|FILE|none", RunSettings.WEIGHTS),
          DOWNLOAD,
          SettingOption.of("--classes", "NUMBER", RunSettings.CLASSES),
          SettingOption.of("--image-size", "PIXELS", RunSettings.IMAGE_SIZE),
          SettingOption.of("--resize", "RULE", RunSettings.RESIZE),
          SettingOption.of("--drop-connect-rate", "RATE", RunSettings.DROP_CONNECT_RATE));

  /** The options in a command that is given the weights otherwise. */
  public static final List<SettingOption> WITHOUT_WEIGHTS =
      OPTIONS.stream().filter(option -> !option.names().contains("--weights")).toList();

  /** The options in a command that uses the base of a model if one is given. */
  public static final List<SettingOption> OF_BASE =
      List.of(
          SettingOption.of("--model", "NAME|FILE", RunSettings.MODEL)
              .describedAs(
                  "Also find probably mislabelled images, and near-duplicates in other splits, by"
                      + " the features of this model: a model file, or a name with --weights.")
              .knowing(new Names.Models()),
          SettingOption.of("--weights", "NAME|FILE|none", RunSettings.WEIGHTS),
          SettingOption.of("--image-size", "PIXELS", RunSettings.IMAGE_SIZE));

  public @Nullable String model;
  public @Nullable String weights;
  public @Nullable Integer classes;
  public @Nullable Integer imageSize;

  @SuppressWarnings("NullableOptional") // null if none was given, empty to stretch images
  private @Nullable Optional<CroppedResizing> resize;

  public @Nullable Double dropConnectRate;

  /** How missing weights are downloaded, or null if they must not be. */
  public @Nullable DownloadSettings downloads;

  /** The options of the model itself, which have no command-line options. */
  public OptionValues options = OptionValues.none();

  public ModelOptions() {}

  /**
   * Returns only the options given on the command line.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_OPTION} for an invalid value
   */
  public static ModelOptions of(GivenOptions given) {
    ModelOptions model = of(given::find);
    if (Boolean.TRUE.equals(given.find(RunSettings.DOWNLOAD))) {
      model.downloads = DownloadSettings.of(System.getenv());
    }
    return model;
  }

  /** Returns the options of a configuration. */
  public static ModelOptions of(Configuration configuration) {
    ModelOptions model = of(configuration::find);
    model.options = configuration.modelOptions();
    model.downloads = configuration.downloads(System.getenv());
    return model;
  }

  /** Returns a model that brings images to its input in the way that was given, if one was. */
  public Model resizing(Model built) {
    Optional<CroppedResizing> given = resize;
    return given == null
        ? built
        : built.withInferenceSettings(built.inferenceSettings().withResizing(given.orElse(null)));
  }

  /** Looks up settings. */
  private interface Lookup {
    <T> @Nullable T find(SettingKey<T> key);
  }

  private static ModelOptions of(Lookup settings) {
    ModelOptions model = new ModelOptions();
    model.model = settings.find(RunSettings.MODEL);
    model.weights = settings.find(RunSettings.WEIGHTS);
    model.classes = settings.find(RunSettings.CLASSES);
    model.imageSize = settings.find(RunSettings.IMAGE_SIZE);
    model.resize = settings.find(RunSettings.RESIZE);
    model.dropConnectRate = settings.find(RunSettings.DROP_CONNECT_RATE);
    return model;
  }
}
