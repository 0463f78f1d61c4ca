package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

class HelpTest {
  private static final Map<String, String> WIDE = Map.of("COLUMNS", "120");

  private static CommandLine espalier() {
    return Main.commandLine(CommandRun.CLOCK, CommandRun.uninterrupted());
  }

  /** Returns all commands, each by the words that call it. */
  static Stream<String> commands() {
    List<String> commands = new ArrayList<>();
    collect(espalier(), "", commands);
    return commands.stream();
  }

  private static void collect(CommandLine command, String words, List<String> commands) {
    command
        .getSubcommands()
        .forEach(
            (name, one) -> {
              commands.add((words + " " + name).strip());
              collect(one, words + " " + name, commands);
            });
  }

  private static CommandLine find(String words) {
    CommandLine command = espalier();
    for (String word : words.split(" ")) {
      command = command.getSubcommands().get(word);
    }
    return command;
  }

  private static CommandRun help(Map<String, String> environment, String words) {
    List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
    arguments.add("--help");
    return CommandRun.with(environment, arguments.toArray());
  }

  @Test
  void withoutACommandTheCommandsAreListed() throws IOException {
    CommandRun run = CommandRun.of();
    assertThat(run.exitCode()).isZero();
    GoldenFile.assertMatches("help.txt", run.out());
    GoldenFile.assertMatches("help-120.txt", CommandRun.with(WIDE).out());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpNamesDefaultsAndAllowedNames(String command) throws IOException {
    CommandRun run = help(Map.of(), command);
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    String name = "help-" + command.replace(' ', '-');
    GoldenFile.assertMatches(name + ".txt", run.out());
    GoldenFile.assertMatches(name + "-120.txt", help(WIDE, command).out());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandHelpShowsTheSame(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.add(0, "help");
    CommandRun run = CommandRun.of(arguments.toArray());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(help(Map.of(), command).out());
  }

  @Test
  void helpAboutNothingListsTheCommandsAndAboutAnUnknownOneTheNearest() {
    assertThat(CommandRun.of("help").out()).isEqualTo(CommandRun.of("--help").out());
    CommandRun unknown = CommandRun.of("help", "plugin", "lits");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err())
        .startsWith("error: There is no command named \"lits\". [ESP-601]\n")
        .contains("nearest first: list, new");
  }

  @Test
  void aCommandNamedInAFileOfArgumentsHasItsOptions(@TempDir Path folder) throws IOException {
    Path arguments = Files.writeString(folder.resolve("arguments"), "summary\n--help\n");
    CommandRun help = CommandRun.of("@" + arguments);
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).isEqualTo(CommandRun.of("summary", "--help").out()).contains("--width");
  }

  /** COLUMNS is what a shell says; what is too narrow or too wide to read is not followed. */
  @ParameterizedTest
  @CsvSource({"100, 100", "20, 60", "900, 160", "many, 80"})
  void helpIsAsWideAsTheTerminal(String columns, int widest) {
    CommandRun run = help(Map.of("COLUMNS", columns), "fine-tune");
    int longest = run.out().lines().mapToInt(String::length).max().orElseThrow();
    assertThat(longest).isBetween(widest - 12, widest);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasExamplesThatAreUnderstoodAndTheExitCodes(String command) {
    UsageMessageSpec usage = find(command).getCommandSpec().usageMessage();
    assertThat(usage.exitCodeList()).containsOnlyKeys("0", "1", "2", "130", "143");
    assertThat(usage.footerHeading()).isEqualTo("%nExamples:%n");
    assertThat(usage.footer()).isNotEmpty();
    for (String example : usage.footer()) {
      String[] words = example.strip().split(" {2,}")[0].split(" ");
      assertThat(words[0]).isEqualTo("espalier");
      String[] arguments = Stream.of(words).skip(1).toArray(String[]::new);
      CommandLine.ParseResult parsed = espalier().parseArgs(arguments);
      assertThat(parsed.hasSubcommand()).as(example).isTrue();
      assertThat(example).startsWith("  espalier " + command);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void noHelpLineIsLeftUnexplained(String command) {
    for (OptionSpec option : find(command).getCommandSpec().options()) {
      assertThat(option.description()).as(option.longestName()).isNotEmpty();
    }
  }

  @Test
  void versionNamesEspalierAndJava() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("espalier ").contains("Java ");
  }
}
