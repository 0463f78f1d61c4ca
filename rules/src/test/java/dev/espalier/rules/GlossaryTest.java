package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.Main;
import dev.espalier.cli.run.Interruption;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Descriptions, help, Javadoc and guides use the words of the field, which people know and search
 * for.
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

  private static final List<Objection> EVERYWHERE =
      List.of(
          Objection.to("figures?", "metric, value or result"),
          Objection.to("may learn|learns?|learned|learning(?![ -]rate)", "trainable, is trained"),
          Objection.to("statistics?", "non-trainable variable, running mean and variance"),
          Objection.to("first values?", "initial values, initializer"),
          Objection.to("(?<!standard[ -])deviations?", "standard deviation"),
          Objection.to("unit matrix", "one-hot vector"),
          Objection.to("pictures?", "image"),
          Objection.to("numbers? of an array", "element, value"),
          Objection.to("by heart", "overfit, memorize"),
          Objection.to("mend(?:s|ed|ing)?", "fix"),
          Objection.to("without a word", "by default"),
          Objection.to("twice there", "duplicate"),
          Objection.to("colour\\w*|greyscale", "color, grayscale"));

  private static final String FRACTION = "fraction, ratio, percentage or split";

  private static final List<Objection> IN_DESCRIPTIONS =
      List.of(Objection.to("parts?|shares?", FRACTION));

  /** In prose, programs have parts and threads share an engine. */
  private static final List<Objection> IN_PROSE =
      List.of(
          Objection.to("(?:an?|the|this|that|its|their|of|by) share", FRACTION),
          Objection.to(
              "(?:train(?:ing)?|validation|test|first|second|other|each|such|own) parts?",
              FRACTION),
          Objection.to(
              "parts? of (?:the |all )*(?:samples|images|pixels|epochs|classes)", FRACTION));

  /** Common terms that contain a word above. */
  private static final Pattern TERMS =
      Pattern.compile(
          "(?i)(?:deep|transfer|machine|confident) learning|learning curves?|scikit-learn");

  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVADOC = Pattern.compile("(?ms)^[ \\t]*/\\*\\*(.*?)\\*/");
  private static final Pattern NO_PROSE_IN_JAVADOC =
      Pattern.compile("(?s)<pre>.*?</pre>|\\{@[^}]*}|`[^`]*`|@(?:param|throws) \\S+");
  private static final Pattern NO_PROSE_IN_DOCUMENTS =
      Pattern.compile("(?ms)^( *)```.*?^\\1```|`[^`]*`|\\]\\([^)]*\\)");

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
    requirePlain(
        Main.commandLine(Clock.systemUTC(), new Interruption(() -> {}, exitCode -> {}, null)));
  }

  @Test
  void javadocUsesTheWordsOfTheField() throws IOException {
    List<String> objections = new ArrayList<>();
    int comments = 0;
    for (Path source : DocumentSnippetsTest.files(ROOT, GlossaryTest::isSource)) {
      for (MatchResult comment : JAVADOC.matcher(Files.readString(source)).results().toList()) {
        comments++;
        String text = comment.group(1).replaceAll("\\s*\\n\\s*\\*? ?", " ");
        addObjections(source, NO_PROSE_IN_JAVADOC.matcher(text).replaceAll(" "), objections);
      }
    }
    assertThat(comments).as("comments that were found").isGreaterThan(3000);
    assertThat(objections).isEmpty();
  }

  @Test
  void documentsUseTheWordsOfTheField() throws IOException {
    List<String> objections = new ArrayList<>();
    List<Path> documents = new ArrayList<>(guides());
    assertThat(documents).as("guides that were found").hasSizeGreaterThan(15);
    documents.addAll(
        List.of(
            ROOT.resolve("README.md"),
            ROOT.resolve("CONTRIBUTING.md"),
            ROOT.resolve("SECURITY.md"),
            ROOT.resolve("docs/architecture.md"),
            ROOT.resolve("docs/errors.md"),
            ROOT.resolve("docs/index.md")));
    for (Path document : documents) {
      String text = NO_PROSE_IN_DOCUMENTS.matcher(Files.readString(document)).replaceAll(" ");
      addObjections(document, text, objections);
    }
    assertThat(objections).isEmpty();
  }

  private static List<Path> guides() {
    return DocumentSnippetsTest.files(
        ROOT.resolve("docs/guide"), file -> file.toString().endsWith(".md"));
  }

  private static boolean isSource(Path file) {
    String name = file.toString().replace('\\', '/');
    return name.contains("/src/main/") && (name.endsWith(".java") || name.endsWith(".kt"));
  }

  private static void addObjections(Path file, String text, List<String> objections) {
    String prose = TERMS.matcher(text.replaceAll("\\s+", " ")).replaceAll(" ");
    Stream.concat(EVERYWHERE.stream(), IN_PROSE.stream())
        .flatMap(objection -> objection.in(prose))
        .forEach(objection -> objections.add(ROOT.relativize(file) + ": " + objection));
  }

  private static void requirePlain(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String where = spec.qualifiedName();
    List<String> texts = new ArrayList<>(List.of(spec.usageMessage().header()));
    texts.addAll(List.of(spec.usageMessage().description()));
    texts.addAll(spec.usageMessage().exitCodeList().values());
    spec.args().forEach(arg -> texts.addAll(List.of(arg.description())));
    texts.forEach(text -> requirePlain(where, text));
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
    return Stream.concat(EVERYWHERE.stream(), IN_DESCRIPTIONS.stream())
        .flatMap(objection -> objection.in(text))
        .toList();
  }
}
