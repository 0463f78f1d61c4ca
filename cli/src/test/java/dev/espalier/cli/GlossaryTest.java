package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.Components;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.CommandProvider;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Descriptions of options and components use the words of the field. They are what the
 * configuration reference, messages and help texts show, and what people search for.
 */
class GlossaryTest {
  /** A word that hides a thing's usual name, and that name. */
  private record Objection(Pattern words, String better) {
    static Objection to(String words, String better) {
      return new Objection(
          Pattern.compile("\\b(?:" + words + ")\\b", Pattern.CASE_INSENSITIVE), better);
    }

    Stream<String> in(String text) {
      return words.matcher(text).results().map(hit -> "\"" + hit.group() + "\": say " + better);
    }
  }

  private static final List<Objection> OBJECTIONS =
      List.of(
          Objection.to("figures?", "metric, value or result"),
          Objection.to("may learn|learns?|learning(?![ -]rate)", "trainable, is trained"),
          Objection.to("parts?|shares?", "fraction, ratio or split"),
          Objection.to("statistics?", "non-trainable variable, running mean and variance"),
          Objection.to("first values?", "initial values, initializer"),
          Objection.to("(?<!standard[ -])deviations?", "standard deviation"),
          Objection.to("unit matrix", "one-hot vector"),
          Objection.to("pictures?", "image"),
          Objection.to("numbers? of an array", "element, value"),
          Objection.to("by heart", "overfit, memorize"),
          Objection.to("mend(?:s|ed|ing)?", "fix"),
          Objection.to("without a word", "by default"),
          Objection.to("twice there", "duplicate"));

  private final PluginRegistry registry = PluginRegistry.discover();

  @Test
  void descriptionsOfComponentsAndTheirOptionsUseTheWordsOfTheField() {
    for (Components<?> kind :
        List.of(
            registry.optimizers(),
            registry.schedules(),
            registry.losses(),
            registry.metrics(),
            registry.steps(),
            registry.augmentations(),
            registry.batchAugmentations(),
            registry.callbacks(),
            registry.activations(),
            registry.initializers(),
            registry.regularizers())) {
      for (Component<?> component : kind.all()) {
        String where = kind.kind() + " " + component.name();
        requirePlain(where, component.description());
        requirePlain(where, component.options());
        Parts parts = component.parts();
        if (parts != null) {
          requirePlain(where + ", " + parts.name(), parts.description());
        }
      }
    }
  }

  @Test
  void descriptionsOfModelsDataSetsCommandsAndEnginesUseTheWordsOfTheField() {
    for (ModelProvider model : registry.models()) {
      requirePlain("model " + model.name(), model.description());
      requirePlain("model " + model.name(), model.options());
    }
    for (DatasetProvider dataset : registry.datasets()) {
      requirePlain("data set " + dataset.name(), dataset.description());
      requirePlain("data set " + dataset.name(), dataset.options());
    }
    for (CommandProvider command : registry.commands()) {
      requirePlain("command " + command.name(), command.description());
      requirePlain("command " + command.name(), command.options());
    }
    for (EngineProvider engine : registry.engines()) {
      requirePlain("engine " + engine.name(), engine.options());
    }
  }

  @Test
  void descriptionsOfSettingsUseTheWordsOfTheField() {
    requirePlain("setting", EngineSettings.descriptions());
    requirePlain("setting", RunSettings.keys().stream().map(key -> key.option()).toList());
    requirePlain("setting", RunSettings.components().stream().map(key -> key.option()).toList());
  }

  @Test
  void helpUsesTheWordsOfTheField() {
    requirePlain(Main.commandLine(CommandRun.CLOCK, CommandRun.uninterrupted()));
  }

  private static void requirePlain(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String where = spec.qualifiedName();
    List<String> texts = new ArrayList<>(List.of(spec.usageMessage().header()));
    texts.addAll(List.of(spec.usageMessage().description()));
    texts.addAll(spec.usageMessage().exitCodeList().values());
    spec.args().forEach(arg -> texts.addAll(List.of(arg.description())));
    // The name of a recipe is no description.
    texts.forEach(text -> requirePlain(where, text.replace("few-pictures", "")));
    command.getSubcommands().values().forEach(GlossaryTest::requirePlain);
  }

  private static void requirePlain(
      String where, List<? extends OptionDescription<?>> descriptions) {
    for (OptionDescription<?> option : descriptions) {
      requirePlain(where + ", " + option.name(), option.description());
      requirePlain(where + ", " + option.name(), option.type().expected());
    }
  }

  private static void requirePlain(String where, String text) {
    assertThat(objections(text)).as("%s: %s", where, text).isEmpty();
  }

  private static List<String> objections(String text) {
    return OBJECTIONS.stream().flatMap(objection -> objection.in(text)).toList();
  }
}
