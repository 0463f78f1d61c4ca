package dev.espalier.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.cli.Main;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.option.OptionType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options are the same in all commands, and say what the settings say that they stand for. */
class OptionGroupTest {
  /** Options that do something else in other commands, or have another default. */
  private static final Set<String> DIFFERENT =
      Set.of(
          "--limit",
          "--seed",
          "--output",
          "--epochs",
          "--learning-rate",
          "--split",
          "--threshold",
          "--batch-size",
          "--format",
          "--model",
          "--weights",
          "--report");

  static Stream<CommandLine> commands() {
    return all(Main.commandLine(CommandRun.CLOCK, CommandRun.uninterrupted()));
  }

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().flatMap(OptionGroupTest::all));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void headingsHaveOneOrderAndNoOptionIsOutsideOfThem(CommandLine command) {
    List<ArgGroupSpec> groups = command.getCommandSpec().argGroups();
    assertThat(groups).extracting(ArgGroupSpec::order).isSorted().doesNotHaveDuplicates();
    assertThat(groups)
        .extracting(ArgGroupSpec::heading)
        .isSubsetOf(
            Stream.of(
                    "Model",
                    "Data",
                    "Reading",
                    "Training",
                    "Prediction",
                    "Server",
                    "Engine",
                    "Cluster",
                    "Configuration",
                    "Output",
                    "Plugins")
                .map(title -> "%n" + title + ":%n")
                .toList());
    Set<String> outside = new TreeSet<>();
    command.getCommandSpec().options().stream()
        .filter(option -> option.group() == null)
        .forEach(option -> outside.add(option.longestName()));
    assertThat(outside).isSubsetOf("--help", "--stacktrace", "--version");
  }

  @Test
  void anOptionSaysTheSameInEveryCommand() {
    Map<String, Set<String>> texts = new TreeMap<>();
    commands()
        .flatMap(command -> command.getCommandSpec().options().stream())
        .filter(option -> !DIFFERENT.contains(option.longestName()))
        .forEach(
            option ->
                texts
                    .computeIfAbsent(option.longestName(), name -> new TreeSet<>())
                    .add(Arrays.toString(option.description())));
    assertThat(texts)
        .hasSizeGreaterThan(20)
        .allSatisfy((name, different) -> assertThat(different).as(name).hasSize(1));
  }

  @Test
  void rangeDefaultAndDescriptionAreThoseOfTheSetting() {
    Map<String, SettingKey<?>> keys = new TreeMap<>();
    RunSettings.keys().forEach(key -> keys.put(key.name(), key));
    long checked =
        commands()
            .filter(command -> command.getCommandName().equals("train"))
            .flatMap(command -> command.getCommandSpec().options().stream())
            .filter(option -> option.userObject() instanceof SettingOption)
            .filter(option -> !option.longestName().equals("--epochs"))
            .filter(option -> keys.containsKey(((SettingOption) option.userObject()).setting()))
            .peek(option -> requireSame(option, keys))
            .count();
    assertThat(checked).isGreaterThan(15);
  }

  private static void requireSame(OptionSpec option, Map<String, SettingKey<?>> keys) {
    SettingKey<?> key = keys.get(((SettingOption) option.userObject()).setting());
    String help = String.join(" ", option.description());
    assertThat(help).as(option.longestName()).startsWith(key.option().description());
    if (!key.option().defaultText().isEmpty()
        && !(key.option().type() instanceof OptionType.Flag)) {
      assertThat(help).contains("Default: " + key.option().defaultText() + ".");
    }
  }

  @Test
  void aValueOutOfTheRangeOfTheSettingIsRefusedWithTheOption() {
    CommandRun run = CommandRun.of("train", "--batch-size", "0");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("error: The setting training.batch-size is \"0\" (--batch-size). [ESP-604]")
        .contains("Give a whole number, 1 or more.");
  }
}
