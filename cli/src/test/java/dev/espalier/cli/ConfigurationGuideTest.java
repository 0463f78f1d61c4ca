package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.Components;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.engine.EngineSettings;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps docs/guide/configuration.md true. Its reference is made from the descriptions that check
 * settings; {@code -Despalier.updateGoldenFiles=true} writes it anew.
 */
class ConfigurationGuideTest {
  private static final Path GUIDE = Path.of("../docs/guide/configuration.md");
  private static final String START = "<!-- reference -->\n";
  private static final String END = "<!-- end of reference -->\n";

  @TempDir Path folder;

  private final PluginRegistry registry = PluginRegistry.discover();

  @Test
  void itsReferenceIsComplete() throws IOException {
    String guide = Files.readString(GUIDE);
    int start = guide.indexOf(START) + START.length();
    int end = guide.indexOf(END);
    if (Boolean.getBoolean("espalier.updateGoldenFiles")) {
      Files.writeString(GUIDE, guide.substring(0, start) + reference() + guide.substring(end));
    } else {
      assertThat(guide.substring(start, end)).isEqualTo(reference());
    }
  }

  @Test
  void theFileItShowsHasNoMistake() throws IOException {
    String guide = Files.readString(GUIDE);
    String shown = guide.substring(guide.indexOf("espalier {"));
    Path file = folder.resolve("espalier.conf");
    Files.writeString(file, shown.substring(0, shown.indexOf("```")));
    Configuration configuration = Configuration.of(registry, sources -> sources.file(file));
    assertThat(configuration.get(RunSettings.AUGMENTATIONS)).isNotEmpty();
    assertThat(configuration.get(RunSettings.CALLBACKS)).isNotEmpty();
  }

  @Test
  void theListsInsideOfOthersThatGuidesShowHaveNoMistake() throws IOException {
    for (Path guide : List.of(GUIDE, Path.of("../docs/guide/data.md"))) {
      String shown =
          Stream.of(Files.readString(guide).split("```"))
              .filter(part -> part.startsWith("\nespalier") && part.contains("random-choice"))
              .findFirst()
              .orElseThrow();
      Path file = Files.writeString(folder.resolve("nested.conf"), shown);
      assertThat(
              Configuration.of(registry, sources -> sources.file(file))
                  .get(RunSettings.AUGMENTATIONS))
          .as("%s", guide)
          .hasSizeGreaterThan(1);
    }
  }

  private String reference() {
    StringBuilder page = new StringBuilder();
    heading(page, "Settings", "");
    EngineSettings.descriptions().forEach(option -> row(page, option.name(), option));
    for (SettingKey<?> key : RunSettings.keys()) {
      row(page, key.name(), key.option());
    }
    for (SettingKey<?> key : RunSettings.components()) {
      row(page, key.name(), key.option());
    }
    for (DatasetProvider dataset :
        registry.datasets().stream().sorted(Comparator.comparing(DatasetProvider::name)).toList()) {
      if (!dataset.options().isEmpty()) {
        heading(page, "`data` of `" + dataset.name() + "`", dataset.description() + ".\n\n");
        dataset.options().forEach(option -> row(page, "data." + option.name(), option));
      }
    }
    for (Components<?> kind :
        List.of(
            registry.optimizers(),
            registry.schedules(),
            registry.losses(),
            registry.metrics(),
            registry.steps(),
            registry.augmentations(),
            registry.batchAugmentations(),
            registry.callbacks())) {
      page.append("\n### ").append(title(kind.kind())).append("\n\n");
      page.append("| name | description | options |\n| --- | --- | --- |\n");
      for (Component<?> component :
          kind.all().stream().sorted(Comparator.comparing(Component::name)).toList()) {
        page.append("| `")
            .append(component.name())
            .append("` | ")
            .append(component.description())
            .append(" | ")
            .append(options(component))
            .append(" |\n");
      }
    }
    return page.toString();
  }

  /** Returns the heading of a kind, such as {@code Batch augmentations}; losses double the s. */
  private static String title(String kind) {
    String plural = kind + (kind.endsWith("s") ? "es" : "s");
    return Character.toUpperCase(plural.charAt(0)) + plural.substring(1);
  }

  private static void heading(StringBuilder page, String title, String text) {
    page.append("\n### ").append(title).append("\n\n").append(text);
    page.append("| setting | value | default | description |\n| --- | --- | --- | --- |\n");
  }

  private static void row(StringBuilder page, String name, OptionDescription<?> option) {
    page.append("| `")
        .append(name)
        .append("` | ")
        .append(option.type().expected())
        .append(" | ")
        .append(option.defaultText().isEmpty() ? "" : "`" + option.defaultText() + "`")
        .append(" | ")
        .append(option.description())
        .append(
            option.loadsCode()
                ? " Not allowed in a file that was found in the working folder."
                : "")
        .append(" |\n");
  }

  private static String options(Component<?> component) {
    StringBuilder text = new StringBuilder();
    for (OptionDescription<?> option : component.options()) {
      text.append(text.isEmpty() ? "" : "<br>")
          .append("`")
          .append(option.name())
          .append(option.defaultText().isEmpty() ? "" : " = " + option.defaultText())
          .append("`: ")
          .append(option.type().expected())
          .append(". ")
          .append(option.description());
    }
    Parts parts = component.parts();
    if (parts != null) {
      text.append(text.isEmpty() ? "" : "<br>")
          .append("`")
          .append(parts.name())
          .append("`: a list, ")
          .append(parts.fewest())
          .append(" or more. ")
          .append(parts.description());
    }
    return text.toString();
  }
}
