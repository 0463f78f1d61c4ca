package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.engine.EngineSettings;
import dev.espalier.option.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps docs/guide/engines.md true. */
class EnginesGuideTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.A-Z-]+)` \\|");

  @TempDir Path folder;

  private final PluginRegistry registry = PluginRegistry.discover();

  private static String guide() throws IOException {
    return Files.readString(Path.of("../docs/guide/engines.md"));
  }

  @Test
  void theFileItShowsIsRead() throws IOException {
    String guide = guide();
    String shown = guide.substring(guide.indexOf("   espalier {"));
    Path file = folder.resolve(Configuration.FILE_NAME);
    Files.writeString(file, shown.substring(0, shown.indexOf("   ```")));
    EngineSettings settings =
        Configuration.of(registry, sources -> sources.folder(folder)).engineSettings();
    assertThat(settings.get(EngineSettings.ENGINE)).isEqualTo("pytorch");
    assertThat(settings.get(EngineSettings.THREADS)).isEqualTo(4);
  }

  @Test
  void itsTableHasEachSettingAndNoOther() throws IOException {
    String guide = guide();
    String table = guide.substring(guide.indexOf("| setting |"), guide.indexOf("## GPUs"));
    Set<String> described =
        ROW.matcher(table)
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> known =
        Configuration.of(registry, sources -> {}).settingsOfEngines().stream()
            .map(Setting::name)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> covered = new TreeSet<>();
    for (String name : known) {
      String general = name.replaceFirst("^engines\\.[a-z]+\\.", "engines.NAME.");
      covered.add(described.contains(general) ? general : name);
    }
    assertThat(described).isEqualTo(covered);
  }

  @Test
  void itNamesEachVariableOfTheEnvironment() throws IOException {
    assertThat(guide())
        .contains(
            List.of(
                "`ESPALIER_ENGINE`",
                "`ESPALIER_DEVICE`",
                "`ESPALIER_THREADS`",
                "`ESPALIER_ALLOW_DOWNLOAD`",
                "`ESPALIER_ENGINE_ORDER`"));
  }
}
