package dev.espalier.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.EngineProvider;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.CommandProvider;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.ExportFormat;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Parts;
import dev.espalier.plugin.Plugin;
import dev.espalier.plugin.WeightFormat;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Plugin}: it is found, and the names, options and descriptions of its
 * components are suitable for configuration, help and reference documentation. The test of a plugin
 * extends this class.
 */
public abstract class PluginContract {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** One line that starts with a capital letter or digit and ends with its only full stop. */
  private static final Pattern SENTENCE = Pattern.compile("[A-Z0-9](?:[^.\\n]|\\.(?=\\S))*\\.");

  /** A component or provider that has options. */
  private record Owner(String name, List<OptionDescription<?>> options) {}

  /** For subclasses. */
  protected PluginContract() {}

  /** Returns the plugin under test. */
  protected abstract Plugin plugin();

  /** Returns whether a services file must name it; false only for built-in plugins of Espalier. */
  protected boolean foundByServiceLoader() {
    return true;
  }

  @Test
  void isFoundByTheServiceLoader() {
    if (foundByServiceLoader()) {
      Class<?> type = plugin().getClass();
      assertThat(ServiceLoader.load(Plugin.class).stream().map(ServiceLoader.Provider::type))
          .as("classes that META-INF/services/%s names", Plugin.class.getName())
          .anyMatch(type::equals);
    }
  }

  @Test
  void idIsLowerCaseWithHyphens() {
    assertThat(plugin().id()).matches(NAME);
  }

  @Test
  void saysWhichVersionOfTheInterfaceItWasBuiltFor() {
    assertThat(plugin().apiVersion())
        .as("apiVersion(), which should be: return API_VERSION;")
        .isBetween(1, Plugin.API_VERSION);
  }

  @Test
  void bringsSomething() {
    assertThat(names().values().stream().mapToInt(List::size).sum() + plugin().layers().size())
        .isPositive();
  }

  @Test
  void namesAreLowerCaseWithHyphensAndTakenOnce() {
    names()
        .forEach(
            (kind, names) -> {
              assertThat(names).as(kind).doesNotHaveDuplicates();
              assertThat(names)
                  .allSatisfy(name -> assertThat(name).as(kind + " " + name).matches(NAME));
            });
    assertThat(plugin().layers().stream().map(Class::getSimpleName)).doesNotHaveDuplicates();
  }

  @Test
  void everyComponentCommandAndFormatIsDescribedInOneSentence() {
    components().forEach(component -> assertSentence(component.name(), component.description()));
    plugin().commands().forEach(command -> assertSentence(command.name(), command.description()));
    plugin().exportFormats().forEach(format -> assertSentence(format.name(), format.description()));
  }

  @Test
  void everyModelAndDatasetIsDescribedInOneLine() {
    plugin().models().forEach(model -> assertLine(model.name(), model.description()));
    plugin().datasets().forEach(dataset -> assertLine(dataset.name(), dataset.description()));
  }

  private static void assertLine(String name, String description) {
    assertThat(description).as("description of " + name).isNotBlank().doesNotContain("\n");
  }

  @Test
  void everyOptionIsDescribedInOneSentence() {
    for (Owner owner : options()) {
      assertThat(owner.options().stream().map(OptionDescription::name))
          .as("options of %s", owner.name())
          .doesNotHaveDuplicates();
      owner
          .options()
          .forEach(
              option -> assertSentence(owner.name() + ": " + option.name(), option.description()));
    }
  }

  private static void assertSentence(String owner, String text) {
    assertThat(text)
        .as("description of %s, one sentence that ends with a full stop", owner)
        .matches(SENTENCE);
  }

  @Test
  void partsAreDescribedInOneSentenceAndNoOptionOfTheirKindHasTheirName() {
    for (List<? extends Component<?>> kind : kinds()) {
      for (Component<?> component : kind) {
        Parts parts = component.parts();
        if (parts != null) {
          assertSentence(component.name() + ": " + parts.name(), parts.description());
          assertThat(kind)
              .as("components with an option named %s", parts.name())
              .noneMatch(
                  one ->
                      one.options().stream()
                          .anyMatch(option -> option.name().equals(parts.name())));
        }
      }
    }
  }

  @Test
  void everyDefaultIsAValueOfItsOption() {
    for (Owner owner : options()) {
      owner.options().forEach(option -> assertDefaultCanBeWritten(owner.name(), option));
    }
  }

  private static <T> void assertDefaultCanBeWritten(String owner, OptionDescription<T> option) {
    T usual = option.defaultValue();
    if (usual != null) {
      assertThat(option.type().parse(option.type().format(usual)))
          .as("default of %s of %s", option.name(), owner)
          .isEqualTo(usual);
    }
  }

  @Test
  void whatHasDefaultsForAllOptionsCanBeMade() {
    components()
        .filter(component -> component.parts() == null || component.parts().fewest() == 0)
        .filter(
            component ->
                component.options().stream().allMatch(option -> option.defaultValue() != null))
        .forEach(
            component ->
                assertThat((Object) component.create(component.name(), Map.of()))
                    .as(component.name())
                    .isNotNull());
  }

  @Test
  void layersCanBeMadeFromFiles() {
    assertThat(plugin().layers())
        .allSatisfy(
            layer -> {
              assertThat(layer).isRecord();
              assertThat(Modifier.isPublic(layer.getModifiers()))
                  .as("%s is public", layer.getName())
                  .isTrue();
            });
  }

  @Test
  void whatStandsInLayersCanBeMadeFromFiles() {
    Stream.of(plugin().initializers(), plugin().activations(), plugin().regularizers())
        .<Component<?>>flatMap(List::stream)
        .forEach(
            component -> {
              Class<?> type = component.made();
              assertThat(type.isRecord() || type.isEnum())
                  .as("%s makes a record or an enum: %s", component.name(), type.getName())
                  .isTrue();
            });
  }

  private Stream<Component<?>> components() {
    return kinds().stream().flatMap(List::stream);
  }

  private List<List<? extends Component<?>>> kinds() {
    Plugin plugin = plugin();
    return List.of(
        plugin.augmentations(),
        plugin.batchAugmentations(),
        plugin.callbacks(),
        plugin.losses(),
        plugin.metrics(),
        plugin.optimizers(),
        plugin.schedules(),
        plugin.steps(),
        plugin.initializers(),
        plugin.activations(),
        plugin.regularizers());
  }

  private List<Owner> options() {
    List<Owner> options = new ArrayList<>();
    components().forEach(one -> options.add(new Owner(one.name(), one.options())));
    plugin().engines().forEach(one -> options.add(new Owner(one.name(), one.options())));
    plugin().commands().forEach(one -> options.add(new Owner(one.name(), one.options())));
    plugin().exportFormats().forEach(one -> options.add(new Owner(one.name(), one.options())));
    return options;
  }

  private Map<String, List<String>> names() {
    Plugin plugin = plugin();
    Map<String, List<String>> names = new LinkedHashMap<>();
    names.put("engine", plugin.engines().stream().map(EngineProvider::name).toList());
    names.put("model", plugin.models().stream().map(ModelProvider::name).toList());
    names.put("data set", plugin.datasets().stream().map(DatasetProvider::name).toList());
    names.put("weight format", plugin.weightFormats().stream().map(WeightFormat::name).toList());
    names.put("export format", plugin.exportFormats().stream().map(ExportFormat::name).toList());
    names.put("command", plugin.commands().stream().map(CommandProvider::name).toList());
    names.put("augmentation", componentNames(plugin.augmentations()));
    names.put("callback", componentNames(plugin.callbacks()));
    names.put("loss", componentNames(plugin.losses()));
    names.put("metric", componentNames(plugin.metrics()));
    names.put("optimizer", componentNames(plugin.optimizers()));
    names.put("schedule", componentNames(plugin.schedules()));
    names.put("step", componentNames(plugin.steps()));
    names.put("regularizer", componentNames(plugin.regularizers()));
    names.put("initializer", componentNames(plugin.initializers()));
    names.put("activation", componentNames(plugin.activations()));
    return names;
  }

  private static List<String> componentNames(List<? extends Component<?>> components) {
    List<String> names = new ArrayList<>();
    components.forEach(component -> names.add(component.name()));
    return names;
  }
}
