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

/** Writes settings as a configuration file. */
final class ConfigurationWriter {
  private ConfigurationWriter() {}

  static String write(List<Setting> settings, KnownSettings known, String engine) {
    List<String> lines = new ArrayList<>();
    lines.add("espalier {");
    Map<String, List<Setting>> lists = new LinkedHashMap<>();
    for (Setting setting : settings) {
      ComponentSlot<?> slot = SlotNames.slotOf(setting.name());
      if (slot != null && slot.several()) {
        lists.computeIfAbsent(slot.name(), name -> new ArrayList<>()).add(setting);
      } else if (!setting.name().equals(RunSettings.OUTPUT_FOLDER.name())) {
        String text = setting.name().equals(EngineSettings.ENGINE.name()) ? engine : setting.text();
        if (isFile(setting)) {
          lines.add("  " + setting.name() + " = " + path(text));
        } else if (!text.isEmpty()) {
          lines.add("  " + setting.name() + " = " + value(text, known.find(setting.name())));
        }
      }
    }
    lists.forEach(
        (name, inside) -> {
          lines.add("  " + name + " = [");
          components(name, inside).forEach(one -> lines.add("    " + one));
          lines.add("  ]");
        });
    lines.add("}");
    return String.join("\n", lines) + "\n";
  }

  /** Returns whether a setting that may be a name as well is a file, found from any folder then. */
  private static boolean isFile(Setting setting) {
    String text = setting.text();
    if (setting.name().equals(RunSettings.WEIGHTS.name())) {
      return !text.isEmpty() && !text.equals(Configuration.NO_WEIGHTS);
    }
    return setting.name().equals(RunSettings.MODEL.name()) && ModelFile.isMeantBy(text);
  }

  private static String path(String text) {
    return ConfigUtil.quoteString(Path.of(text).toAbsolutePath().toString());
  }

  /** Returns each component of a list. */
  private static List<String> components(String list, List<Setting> settings) {
    Map<String, List<Setting>> byPlace = new LinkedHashMap<>();
    for (Setting setting : settings) {
      if (setting.name().startsWith(list + ".")) {
        int end = setting.name().indexOf('.', list.length() + 1);
        byPlace
            .computeIfAbsent(setting.name().substring(0, end), place -> new ArrayList<>())
            .add(setting);
      }
    }
    List<String> components = new ArrayList<>();
    byPlace.forEach((place, inside) -> components.add(component(place, inside)));
    return components;
  }

  /** Returns name and options of a component, and what it is made of. */
  private static String component(String place, List<Setting> settings) {
    List<String> entries = new ArrayList<>();
    Map<String, List<Setting>> lists = new LinkedHashMap<>();
    for (Setting setting : settings) {
      String key = setting.name().substring(place.length() + 1);
      int dot = key.indexOf('.');
      if (dot >= 0) {
        lists.computeIfAbsent(key.substring(0, dot), name -> new ArrayList<>()).add(setting);
      } else if (!setting.text().isEmpty()) {
        entries.add(key + " = " + value(setting.text(), null));
      }
    }
    lists.forEach(
        (name, inside) -> {
          String inner = place + "." + name;
          entries.add(
              isComponent(inner, inside)
                  ? name + " = " + component(inner, inside)
                  : name + " = [" + String.join(", ", components(inner, inside)) + "]");
        });
    return "{ " + String.join(", ", entries) + " }";
  }

  private static boolean isComponent(String place, List<Setting> settings) {
    return settings.stream()
        .anyMatch(setting -> setting.name().equals(place + "." + SlotNames.NAME));
  }

  private static String value(String text, @Nullable OptionDescription<?> option) {
    if (option != null && option.type() instanceof OptionType.FilePath) {
      return path(text);
    }
    if (ClassWeightsText.isMeantBy(option) && text.startsWith("{")) {
      return text;
    }
    // HOCON reads 1.0 as 1, and what was written is to come back.
    return text.matches("-?\\d+(\\.\\d*[1-9])?|true|false|[A-Za-z][A-Za-z0-9_-]*")
        ? text
        : ConfigUtil.quoteString(text);
  }
}
