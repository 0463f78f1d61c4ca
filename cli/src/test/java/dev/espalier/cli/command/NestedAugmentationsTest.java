package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.augment.color.ColorJitter;
import dev.espalier.augment.color.Equalize;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.augment.geometry.RandomRotation;
import dev.espalier.augment.geometry.RandomZoom;
import dev.espalier.augment.policy.Chain;
import dev.espalier.augment.policy.RandomApply;
import dev.espalier.augment.policy.RandomChoice;
import dev.espalier.cli.CommandRun;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.data.Augmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the augmentations of this project make of others, in configuration. */
class NestedAugmentationsTest {
  private static final List<Augmentation> AUGMENTATIONS =
      List.of(
          RandomApply.of(0.8, ColorJitter.of(0.4, 0.4, 0.4, 0.1), new Equalize()),
          RandomChoice.of(
              RandomRotation.of(0.25),
              Chain.of(RandomZoom.of(0.1), RandomApply.of(0.25, RandomChoice.of(new Equalize()))),
              Chain.of()),
          RandomFlip.horizontal());

  @TempDir Path folder;

  private final PluginRegistry registry = PluginRegistry.discover();

  private Configuration read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("espalier.conf"), text);
    return Configuration.of(registry, sources -> sources.file(file));
  }

  @Test
  void valuesComeBackFromAFileThatSaysThem() throws IOException, ReflectiveOperationException {
    Configuration configuration = read("espalier.augmentations = " + list(AUGMENTATIONS));

    assertThat(configuration.get(RunSettings.AUGMENTATIONS)).isEqualTo(AUGMENTATIONS);
    Configuration ofTheRun = read(configuration.toFile("auto"));
    assertThat(ofTheRun.get(RunSettings.AUGMENTATIONS)).isEqualTo(AUGMENTATIONS);
    assertThat(ofTheRun.toFile("auto")).isEqualTo(configuration.toFile("auto"));
  }

  private String list(List<?> augmentations) throws ReflectiveOperationException {
    List<String> written = new ArrayList<>();
    for (Object augmentation : augmentations) {
      written.add(written((Record) augmentation));
    }
    return "[" + String.join(", ", written) + "]";
  }

  private String written(Record augmentation) throws ReflectiveOperationException {
    String name = kebab(augmentation.getClass().getSimpleName()).substring(1);
    Component<Augmentation> component = registry.augmentations().get(name);
    List<String> entries = new ArrayList<>(List.of("name = " + name));
    for (RecordComponent parameter : augmentation.getClass().getRecordComponents()) {
      Object value = parameter.getAccessor().invoke(augmentation);
      String key = kebab(parameter.getName());
      if (value instanceof List<?> parts) {
        entries.add(key + " = " + list(parts));
      } else {
        OptionDescription<?> option =
            component.options().stream()
                .filter(o -> o.name().equals(key))
                .findFirst()
                .orElseThrow();
        entries.add(key + " = \"" + format(option, value) + "\"");
      }
    }
    return "{ " + String.join(", ", entries) + " }";
  }

  @SuppressWarnings("unchecked") // the option's own value
  private static <T> String format(OptionDescription<T> option, Object value) {
    return option.type().format((T) value);
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  @Test
  void theCommandLineSaysThemToo() {
    CommandRun run =
        CommandRun.of(
            "config",
            "show",
            "--given",
            "--set",
            "augmentations=random-flip,random-choice",
            "--set",
            "augmentations.1.augmentations=random-rotation,equalize",
            "--set",
            "augmentations.1.augmentations.0.factor=0.25");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("augmentations.1.augmentations.0.name = random-rotation  (--set)")
        .contains("augmentations.1.augmentations.0.factor = -0.25, 0.25  (--set)")
        .contains("augmentations.1.augmentations.1.name = equalize  (--set)");
  }

  @Test
  void aMistakeIsToldWithItsPathFileAndLine() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("espalier.conf"),
            """
            espalier.augmentations = [
              random-flip
              { name = random-choice, augmentations = [
                { name = random-rotation, factor = much }
              ] }
            ]
            """);
    CommandRun run = CommandRun.of("config", "check", file);
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err())
        .contains(
            "The setting augmentations.1.augmentations.0.factor is \"much\" ("
                + file
                + ", line 4).");
  }
}
