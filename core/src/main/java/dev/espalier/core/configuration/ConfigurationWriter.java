package dev.espalier.core.configuration;

import com.typesafe.config.ConfigUtil;
import dev.espalier.core.ModelFile;
import dev.espalier.engine.EngineSettings;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes settings to a configuration file, in their order. */
final class ConfigurationWriter {
  private final KnownSettings known;
  private final String engine;

  private ConfigurationWriter(KnownSettings known, String engine) {
    this.known = known;
    this.engine = engine;
  }

  static String write(List<Setting> settings, KnownSettings known, String engine) {
    ConfigurationWriter writer = new ConfigurationWriter(known, engine);
    StringBuilder file = new StringBuilder("espalier {\n");
    Map<String, List<Setting>> lists = new LinkedHashMap<>();
    for (Setting setting : settings) {
      SettingKey<?> key = ComponentPlace.keyOf(setting.name());
      if (key != null && key.isList()) {
        lists.computeIfAbsent(key.name(), name -> new ArrayList<>()).add(setting);
      } else if (!setting.name().equals(RunSettings.OUTPUT_FOLDER.name())) {
        String value = writer.value(setting);
        file.append(value == null ? "" : "  " + setting.name() + " = " + value + "\n");
      }
    }
    lists.forEach(
        (name, inside) -> {
          file.append("  ").append(name).append(" = [\n");
          writer.inside(name, inside).values().forEach(one -> file.append("    " + one + "\n"));
          file.append("  ]\n");
        });
    return file.append("}\n").toString();
  }

  /** Returns the texts inside a list or a component, by index or key. */
  private Map<String, String> inside(String path, List<Setting> settings) {
    Map<String, List<Setting>> byKey = new LinkedHashMap<>();
    for (Setting setting : settings) {
      if (setting.name().length() > path.length()) { // not the mark of a list
        String key = setting.name().substring(path.length() + 1).split("\\.", 2)[0];
        byKey.computeIfAbsent(key, same -> new ArrayList<>()).add(setting);
      }
    }
    Map<String, String> values = new LinkedHashMap<>();
    byKey.forEach(
        (key, inner) -> {
          String name = path + "." + key;
          Setting first = inner.get(0);
          String value =
              inner.size() == 1 && first.name().equals(name) ? value(first) : nested(name, inner);
          if (value != null) {
            values.put(key, value);
          }
        });
    return values;
  }

  private String nested(String path, List<Setting> settings) {
    Map<String, String> values = inside(path, settings);
    if (!values.containsKey(ComponentPlace.NAME)) {
      return "[" + String.join(", ", values.values()) + "]";
    }
    List<String> entries = new ArrayList<>();
    values.forEach((key, value) -> entries.add(key + " = " + value));
    return "{ " + String.join(", ", entries) + " }";
  }

  /** Returns a text in HOCON syntax, null if there is nothing to write. */
  private @Nullable String value(Setting setting) {
    String name = setting.name();
    String text = name.equals(EngineSettings.ENGINE.name()) ? engine : setting.text();
    OptionDescription<?> option = known.find(name);
    if (text.isEmpty()) {
      return null;
    }
    if ((option != null && option.type() instanceof OptionType.FilePath) || isFile(name, text)) {
      return ConfigUtil.quoteString(Path.of(text).toAbsolutePath().toString());
    }
    // HOCON reads 1.0 as 1, but texts must survive writing and reading.
    boolean asItIs =
        (WrittenTypes.isSection(option) && text.startsWith("{"))
            || text.matches("-?\\d+(\\.\\d*[1-9])?|true|false|[A-Za-z][A-Za-z0-9_-]*");
    return asItIs ? text : ConfigUtil.quoteString(text);
  }

  /**
   * Returns whether a text that might also be a name is a file; its path is written as absolute
   * then.
   */
  private boolean isFile(String name, String text) {
    return (name.equals(RunSettings.WEIGHTS.name()) && !known.isNameOfWeights(text))
        || (name.equals(RunSettings.MODEL.name()) && ModelFile.isMeantBy(text));
  }
}
