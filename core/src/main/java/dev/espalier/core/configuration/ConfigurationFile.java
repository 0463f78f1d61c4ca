package dev.espalier.core.configuration;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.espalier.core.ModelFile;
import dev.espalier.core.internal.hocon.HoconLimits;
import dev.espalier.core.internal.hocon.HoconParser;
import dev.espalier.core.internal.hocon.HoconText;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file in HOCON, with the single section {@code espalier}. Its text is read once
 * and can be used repeatedly, because a pipe can be read only once. Immutable.
 */
public final class ConfigurationFile {
  private static final String SECTION = "espalier";

  /** Time limit for reading a pipe. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Maximum number of settings; far above what a training needs. */
  private static final int SETTINGS = 2000;

  /** The line numbers at the end of the library's origin descriptions. */
  private static final Pattern LINES = Pattern.compile(": \\d+(-\\d+)?$");

  private final HoconText text;
  private final boolean found;

  private ConfigurationFile(HoconText text, boolean found) {
    this.text = text;
    this.found = found;
  }

  /**
   * Reads a file named by the user or the program, which may be a pipe. It may contain any setting.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}, also for a pipe that does not
   *     end within 30 seconds; {@link ErrorCode#INVALID_CONFIGURATION} for a file that is too large
   */
  public static ConfigurationFile read(Path file) {
    return new ConfigurationFile(HoconText.read(file, PATIENCE), false);
  }

  /**
   * Returns a file with the text that {@link Configuration#toFile} made, for example in another
   * process.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_CONFIGURATION} for a text that is too large
   */
  public static ConfigurationFile of(String text) {
    return new ConfigurationFile(HoconText.of(Path.of(Configuration.FILE_NAME), text), false);
  }

  /**
   * Reads {@value Configuration#FILE_NAME} from a folder. Because nobody named this file
   * explicitly, it cannot set what code is loaded.
   *
   * @return null if the folder has no such file
   * @throws EspalierException as {@link #read(Path)}, and if it is not a regular file
   */
  static @Nullable ConfigurationFile inFolder(Path folder) {
    Path file = folder.resolve(Configuration.FILE_NAME);
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? new ConfigurationFile(HoconText.ofRegular(file), true)
        : null;
  }

  /** Returns its settings; values that cannot be settings are reported as problems. */
  ConfigurationTree tree(KnownSettings known, ConfigurationProblems problems) {
    HoconParser.Parsed parsed = HoconParser.parse(text);
    Reading reading = new Reading(parsed.names(), known, problems);
    ConfigurationTree tree = ConfigurationTree.empty();
    for (Map.Entry<String, ConfigValue> entry : parsed.root().entrySet()) {
      if (entry.getKey().equals(SECTION) && entry.getValue() instanceof ConfigObject section) {
        tree = reading.section("", section);
      } else {
        problems.add(
            reading.origin(entry.getValue()),
            "\"" + entry.getKey() + "\" is outside of the section " + SECTION + ".",
            "Put all settings inside: " + SECTION + " { ... }.");
      }
    }
    return tree;
  }

  /** Turns parsed values into texts as they were written, with their origins. */
  private final class Reading {
    private final Set<String> names;
    private final KnownSettings known;
    private final ConfigurationProblems problems;
    private int count;

    Reading(Set<String> names, KnownSettings known, ConfigurationProblems problems) {
      this.names = names;
      this.known = known;
      this.problems = problems;
    }

    /** Dots in quoted keys separate elements like others: a name is a path. */
    ConfigurationTree section(String prefix, ConfigObject section) {
      // Problems are reported in file order; the library's own order is arbitrary.
      List<Map.Entry<String, ConfigValue>> entries = new ArrayList<>(section.entrySet());
      entries.sort(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()));
      ConfigurationTree tree = ConfigurationTree.empty();
      for (Map.Entry<String, ConfigValue> entry : entries) {
        ConfigValue value = converted(prefix + entry.getKey(), entry.getValue());
        if (value != null) {
          tree = tree.with(entry.getKey(), value);
        }
      }
      return tree;
    }

    /** Converts a value for the tree, or returns null if it is empty. */
    private @Nullable ConfigValue converted(String name, ConfigValue value) {
      ConfigurationTree.requireDepth(name, origin(value));
      OptionDescription<?> option = known.find(name);
      SettingKey<?> key = RunSettings.componentsAt(name);
      if (value instanceof ConfigObject section) {
        if (option == null) {
          ConfigObject root = section(name + ".", section).values().root();
          return root.isEmpty() ? null : root;
        }
        return WrittenTypes.isSection(option)
            ? text(WrittenTypes.textOf(section), value)
            : misfitting(name, value, option.type());
      }
      if (value instanceof ConfigList list) {
        if (key != null && key.name().equals(name)) {
          return key.isList()
              ? components(name, list)
              : misfitting(name, value, key.option().type());
        }
        // Inside a component, a list of plain words may also be several values of an option.
        if (key != null && !list.stream().allMatch(ConfigurationFile::isPlain)) {
          return components(name, list);
        }
        return option == null
                || option.type() instanceof OptionType.WordList
                || option.type() instanceof OptionType.NumberList
            ? text(
                list.stream().map(ConfigurationFile::plain).collect(Collectors.joining(", ")),
                value)
            : misfitting(name, value, option.type());
      }
      return value.valueType() == ConfigValueType.NULL ? null : text(plain(value), value);
    }

    private ConfigValue components(String name, ConfigList list) {
      List<ConfigValue> elements = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        ConfigValue element = converted(name + "." + i, list.get(i));
        if (element instanceof ConfigList) {
          problems.add(
              origin(list.get(i)),
              "The setting " + name + "." + i + " is a list.",
              "Give the name of a component, or { name = ..., option = value }.");
        } else if (element != null) {
          elements.add(element);
        }
      }
      return ConfigurationTree.list(elements, origin(list), list.origin().lineNumber());
    }

    private @Nullable ConfigValue misfitting(String name, ConfigValue value, OptionType<?> type) {
      problems.add(origin(value).locate(misfit(name, value, type)));
      return null;
    }

    private ConfigValue text(String written, ConfigValue from) {
      if (++count > SETTINGS) {
        throw HoconLimits.exceeded(
            text.file().toString(), "has more than " + SETTINGS + " settings");
      }
      return ConfigurationTree.text(written, origin(from), from.origin().lineNumber());
    }

    private Origin origin(ConfigValue value) {
      ConfigOrigin origin = value.origin();
      String described = LINES.matcher(origin.description()).replaceFirst("");
      // A value composed from several files or from the environment is attributed to the file that
      // was read.
      String name = names.contains(described) ? described : text.file().toString();
      return found
          ? Origin.foundFile(name, origin.lineNumber())
          : Origin.file(name, origin.lineNumber());
    }
  }

  private static boolean isPlain(ConfigValue value) {
    return !(value instanceof ConfigObject || value instanceof ConfigList);
  }

  /** Keeps numbers as they were written, such as 1e-4 and 0.0. */
  private static String plain(ConfigValue value) {
    return value.valueType() == ConfigValueType.NUMBER
        ? value.render()
        : String.valueOf(value.unwrapped());
  }

  /** Returns the error for a section or list where plain text is expected. */
  static EspalierException misfit(String name, ConfigValue value, OptionType<?> type) {
    String given = value instanceof ConfigObject ? "a section" : "a list";
    return ConfigurationProblems.invalid(
        "The setting " + name + " is " + given + ".", "Give " + type.expected() + ".");
  }

  /**
   * Returns the text of a file with settings, in their order; lists come last.
   *
   * @param engine the engine that was used, if the settings do not name one
   */
  static String write(List<Setting> settings, KnownSettings known, String engine) {
    StringBuilder file = new StringBuilder(SECTION + " {\n");
    Set<SettingKey<?>> lists = new LinkedHashSet<>();
    ConfigurationTree inLists = ConfigurationTree.empty();
    int line = 0; // the order in which components and their options are written
    for (Setting setting : settings) {
      SettingKey<?> key = RunSettings.componentsAt(setting.name());
      String value = written(setting, known, engine);
      if (key != null && key.isList()) {
        lists.add(key);
        if (value != null) {
          ConfigValue text = ConfigurationTree.text(value, setting.origin(), ++line);
          inLists = inLists.with(setting.name(), text);
        }
      } else if (value != null) {
        file.append("  " + setting.name() + " = " + value + "\n");
      }
    }
    for (SettingKey<?> key : lists) {
      ConfigValue list = inLists.find(key.name());
      file.append("  " + key.name() + " = [\n");
      if (list != null) {
        ConfigurationTree.elements(list)
            .forEach((i, one) -> file.append("    " + written(one) + "\n"));
      }
      file.append("  ]\n");
    }
    return file.append("}\n").toString();
  }

  /** Returns a list, a component or a text in HOCON syntax. */
  private static String written(ConfigValue value) {
    if (!(value instanceof ConfigObject section)) {
      return String.valueOf(value.unwrapped());
    }
    if (ConfigurationTree.isElements(section)) {
      return ConfigurationTree.elements(section).values().stream()
          .map(ConfigurationFile::written)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return section.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> firstLine(entry.getValue())))
        .map(entry -> entry.getKey() + " = " + written(entry.getValue()))
        .collect(Collectors.joining(", ", "{ ", " }"));
  }

  private static int firstLine(ConfigValue value) {
    return value instanceof ConfigObject section
        ? section.values().stream().mapToInt(ConfigurationFile::firstLine).min().orElse(0)
        : value.origin().lineNumber();
  }

  /** Returns a text in HOCON syntax, null if there is nothing to write. */
  private static @Nullable String written(Setting setting, KnownSettings known, String engine) {
    String name = setting.name();
    String text = name.equals(EngineSettings.ENGINE.name()) ? engine : setting.text();
    OptionDescription<?> option = known.find(name);
    if (text.isEmpty() || name.equals(RunSettings.OUTPUT_FOLDER.name())) {
      return null;
    }
    // The path of a file that might also be a name is written as absolute, too.
    boolean file =
        (option != null && option.type() instanceof OptionType.FilePath)
            || (name.equals(RunSettings.WEIGHTS.name()) && !known.isNameOfWeights(text))
            || (name.equals(RunSettings.MODEL.name()) && ModelFile.isMeantBy(text));
    // HOCON reads 1.0 as 1, but texts must survive writing and reading.
    boolean asItIs =
        (WrittenTypes.isSection(option) && text.startsWith("{"))
            || text.matches("-?\\d+(\\.\\d*[1-9])?|true|false|[A-Za-z][A-Za-z0-9_-]*");
    return file
        ? ConfigUtil.quoteString(Path.of(text).toAbsolutePath().toString())
        : asItIs ? text : ConfigUtil.quoteString(text);
  }
}
