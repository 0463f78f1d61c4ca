package dev.espalier.core.configuration;

import dev.espalier.option.OptionDescription;
import java.nio.file.Path;
import java.util.List;

/** The settings that decide which plugins there are, and so are read before all others. */
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
          OptionDescription.path("folder", "Folder with jars of plugins, for the command line."));

  private PluginSettings() {}

  /** Returns all of them. */
  public static List<SettingKey<?>> keys() {
    return List.of(EXCLUDE, FOLDER);
  }
}
