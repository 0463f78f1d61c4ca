package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pipe gives its text once: {@code --config <(...)} says what a file with that text says. */
class ConfigurationFromPipeTest {
  @TempDir Path folder;

  /** Runs a command whose last argument is a pipe with the text of a file. */
  private CommandRun throughPipe(Path file, String... command)
      throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    try {
      Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
      Assumptions.assumeTrue(process.waitFor() == 0, "this system makes no named pipes");
    } catch (IOException e) {
      Assumptions.abort("this system makes no named pipes: " + e);
    }
    byte[] bytes = Files.readAllBytes(file);
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.write(pipe, bytes);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.start();
    CommandRun run = onFile(pipe, command);
    writer.join();
    return run;
  }

  private static CommandRun onFile(Path file, String... command) {
    List<Object> arguments = new ArrayList<>(List.of((Object[]) command));
    arguments.add(file);
    return CommandRun.of(arguments.toArray());
  }

  private void assertSame(CommandRun pipe, CommandRun file, Path name) {
    String pipeName = folder.resolve("pipe").toString();
    assertThat(pipe.exitCode()).isEqualTo(file.exitCode());
    assertThat(pipe.err().replace(pipeName, name.toString())).isEqualTo(file.err());
    assertThat(pipe.out().replace(pipeName, name.toString())).isEqualTo(file.out());
  }

  @ParameterizedTest
  @CsvSource({"bom.conf, 0", "bs.conf, 2", "noroot.conf, 2", "pipe.conf, 2", "sp.conf, 0"})
  void theCheckOfAPipeIsThatOfAFile(String name, int exitCode) throws Exception {
    Path file = SharedData.path("cases/conf/" + name);
    CommandRun checked = onFile(file, "config", "check");
    assertThat(checked.exitCode()).as(checked.err()).isEqualTo(exitCode);
    assertSame(throughPipe(file, "config", "check"), checked, file);
  }

  @Test
  void aCommandTakesItsSettingsFromAPipe() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("file.conf"),
            "espalier { data.name = glyphs, data.limit = 7, plugins.exclude = [callbacks] }");
    CommandRun described = onFile(file, "describe", "--config");
    assertThat(described.out()).as(described.err()).contains("7 ");
    assertSame(throughPipe(file, "describe", "--config"), described, file);
  }
}
