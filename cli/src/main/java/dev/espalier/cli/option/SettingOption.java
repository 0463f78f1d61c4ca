package dev.espalier.cli.option;

import dev.espalier.cli.text.HelpText;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command-line option that is a short name of a setting, as {@code --batch-size} is of {@code
 * training.batch-size}. Type, range, default and description come from the setting, so that nothing
 * is written twice; a command can override them. Immutable.
 *
 * @param names such as {@code -q} and {@code --quiet}
 * @param label placeholder of its value in help, such as {@code NUMBER}
 * @param setting flat name of the setting
 * @param option description of the setting
 * @param lines lines of its help
 * @param usual description of its default, empty if there is none
 * @param known allowed names, looked up when help is shown; null for none
 */
public record SettingOption(
    List<String> names,
    String label,
    String setting,
    OptionDescription<?> option,
    List<String> lines,
    String usual,
    @Nullable Iterable<String> known) {

  /** The built-in components describe their options. */
  private static final PluginRegistry BUILT_IN = PluginRegistry.builder().build();

  /** Returns the command-line option for a setting. */
  public static SettingOption of(String name, String label, SettingKey<?> key) {
    return of(name, label, key.name(), key.option());
  }

  /** Returns the command-line option for a setting that is on or off. */
  public static SettingOption flag(String name, SettingKey<Boolean> key) {
    return of(name, "", key);
  }

  /**
   * Returns the command-line option for an option of a component.
   *
   * @param key setting that contains the component
   * @param component a built-in component, which describes the option
   */
  public static SettingOption of(
      String name, String label, SettingKey<?> key, String component, String option) {
    if (!(key.option().type() instanceof OptionType.Nested<?> nested)) {
      throw new IllegalArgumentException("no component: " + key);
    }
    OptionDescription<?> described =
        BUILT_IN.components(nested.kind()).get(component).options().stream()
            .filter(one -> one.name().equals(option))
            .findFirst()
            .orElseThrow();
    return of(name, label, key.name() + "." + option, described);
  }

  private static SettingOption of(
      String name, String label, String setting, OptionDescription<?> option) {
    String usual = option.type() instanceof OptionType.Flag ? "" : option.defaultText();
    return new SettingOption(
        List.of(name), label, setting, option, List.of(option.description()), usual, null);
  }

  /** Returns this option with an additional short name. */
  public SettingOption orShort(String name) {
    List<String> both = new ArrayList<>(names);
    both.add(0, name);
    return with(copy -> copy.names = both);
  }

  /** Returns this option with other help lines, for a command in which it means something else. */
  public SettingOption describedAs(String... other) {
    return with(copy -> copy.lines = List.of(other));
  }

  /** Returns this option with a command's default. */
  public SettingOption byDefault(String other) {
    return with(copy -> copy.usual = other);
  }

  /** Returns this option with a list of allowed names. */
  public SettingOption knowing(Iterable<String> other) {
    return with(copy -> copy.known = other);
  }

  /** Returns the picocli option, whose user object is this option. */
  OptionSpec spec() {
    OptionSpec.Builder builder = OptionSpec.builder(names.toArray(String[]::new)).userObject(this);
    List<String> help = new ArrayList<>();
    lines.forEach(line -> help.add(HelpText.escaped(line)));
    String more = HelpText.escaped(range(option.type()) + HelpText.byDefault(usual));
    int last = help.size() - 1;
    help.set(last, help.get(last) + more);
    if (known != null) {
      builder.completionCandidates(known);
      help.add("Names: ${COMPLETION-CANDIDATES}");
    }
    if (option.type() instanceof OptionType.Flag) {
      builder.type(boolean.class).arity("0");
    } else {
      builder.type(String.class).arity("1").paramLabel(label);
    }
    return builder.description(help.toArray(String[]::new)).build();
  }

  /** Returns a sentence about the allowed values, unless any number or text is allowed. */
  private static String range(OptionType<?> type) {
    boolean narrow =
        type instanceof OptionType.Choice
            || type instanceof OptionType.Constant<?>
            || (type instanceof OptionType.DecimalNumber number
                && number.maximum() != Double.MAX_VALUE)
            || (type instanceof OptionType.WholeNumber whole
                && whole.maximum() != Integer.MAX_VALUE);
    return narrow ? HelpText.sentence(type.expected()) : "";
  }

  private SettingOption with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new SettingOption(
        copy.names, label, setting, option, copy.lines, copy.usual, copy.known);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private List<String> names;
    private List<String> lines;
    private String usual;
    private @Nullable Iterable<String> known;

    Copy(SettingOption from) {
      names = from.names;
      lines = from.lines;
      usual = from.usual;
      known = from.known;
    }
  }
}
