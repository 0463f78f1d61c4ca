package dev.espalier.core.configuration;

import dev.espalier.option.OptionDescription;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings that decide which plugins there are, and so are read before all others. Immutable.
 */
public final class PluginSettings {
  private static final String SECTION = "plugins";

  /** Plugins that are left out. */
  public static final SettingKey<List<String>> EXCLUDE =
      new SettingKey<>(
          SECTION,
          OptionDescription.words("exclude", "Ids of plugins to leave out, where two clash."));

  /** A folder of plugins. */
  public static final SettingKey<Path> FOLDER =
      new SettingKey<>(
          SECTION,
          OptionDescription.path("folder", "Folder with jars of plugins, for the command line.")
              .loadingCode());

  private final List<String> excluded;
  private final @Nullable Path folder;

  private PluginSettings(List<String> excluded, @Nullable Path folder) {
    this.excluded = List.copyOf(excluded);
    this.folder = folder;
  }

  /**
   * Reads these settings alone; what else stands in the same places is checked when plugins are
   * known.
   *
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE}, or {@code
   *     INVALID_CONFIGURATION} for a file that is not HOCON; {@code UNTRUSTED_SETTING} for a folder
   *     of plugins in a file that was only found
   */
  public static PluginSettings read(Consumer<Configuration.Sources> sources) {
    Settings given =
        Configuration.raw(
            sources, keys().stream().map(SettingKey::name).collect(Collectors.toSet()));
    Setting exclude = given.find(EXCLUDE.name());
    Setting place = given.find(FOLDER.name());
    return new PluginSettings(
        exclude == null ? List.of() : exclude.value(EXCLUDE.option()),
        place == null ? null : place.value(FOLDER.option()));
  }

  /** Returns the ids of plugins to leave out. */
  public List<String> excluded() {
    return excluded;
  }

  /** Returns the folder of plugins, or null. */
  public @Nullable Path folder() {
    return folder;
  }

  /** Returns all of them. */
  public static List<SettingKey<?>> keys() {
    return List.of(EXCLUDE, FOLDER);
  }
}
