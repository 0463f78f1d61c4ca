package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {
  @Test
  void withoutACommandTheCommandsAreListed() throws IOException {
    CommandRun run = CommandRun.of();
    assertThat(run.exitCode()).isZero();
    GoldenFile.assertMatches("help.txt", run.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fine-tune",
        "train",
        "evaluate",
        "predict",
        "summary",
        "describe",
        "preview",
        "config",
        "doctor",
        "plugin"
      })
  void helpNamesDefaultsAndAllowedNames(String command) throws IOException {
    CommandRun run = CommandRun.of(command, "--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    GoldenFile.assertMatches("help-" + command + ".txt", run.out());
  }

  @Test
  void noHelpLineIsLeftUnexplained() {
    for (CommandLine command :
        Main.commandLine(CommandRun.CLOCK, CommandRun.uninterrupted()).getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        assertThat(option.description()).as(option.longestName()).isNotEmpty();
      }
    }
  }

  @Test
  void versionNamesEspalierAndJava() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("espalier ").contains("Java ");
  }
}
