package dev.espalier.core.configuration;

import com.typesafe.config.ConfigUtil;
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
    Map<String, Map<String, List<String>>> lists = new LinkedHashMap<>();
    for (Setting setting : settings) {
      ComponentSlot<?> slot = ComponentSettings.slotOf(setting.name());
      if (slot != null && slot.several()) {
        Map<String, List<String>> elements =
            lists.computeIfAbsent(slot.name(), name -> new LinkedHashMap<>());
        addToList(elements, setting, slot);
      } else if (!setting.name().equals(RunSettings.OUTPUT_FOLDER.name())) {
        String text = setting.name().equals(EngineSettings.ENGINE.name()) ? engine : setting.text();
        if (!text.isEmpty()) {
          lines.add("  " + setting.name() + " = " + value(text, known.find(setting.name())));
        }
      }
    }
    lists.forEach(
        (name, elements) -> {
          lines.add("  " + name + " = [");
          elements.values().forEach(one -> lines.add("    { " + String.join(", ", one) + " }"));
          lines.add("  ]");
        });
    lines.add("}");
    return String.join("\n", lines) + "\n";
  }

  private static void addToList(
      Map<String, List<String>> elements, Setting setting, ComponentSlot<?> slot) {
    if (setting.name().equals(slot.name()) || setting.text().isEmpty()) {
      return;
    }
    String rest = setting.name().substring(slot.name().length() + 1);
    int dot = rest.indexOf('.');
    elements
        .computeIfAbsent(rest.substring(0, dot), index -> new ArrayList<>())
        .add(rest.substring(dot + 1) + " = " + value(setting.text(), null));
  }

  private static String value(String text, @Nullable OptionDescription<?> option) {
    if (option != null && option.type() instanceof OptionType.FilePath) {
      return ConfigUtil.quoteString(Path.of(text).toAbsolutePath().toString());
    }
    return text.matches("-?\\d+(\\.\\d+)?|true|false|[A-Za-z][A-Za-z0-9_-]*")
        ? text
        : ConfigUtil.quoteString(text);
  }
}
