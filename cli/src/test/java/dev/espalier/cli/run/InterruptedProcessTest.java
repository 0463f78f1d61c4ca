package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands in processes of their own, which get signals when they have printed a certain line. The
 * script {@code benchmarks/run-interrupts} does the same many times and at other moments.
 */
@Tag("native")
@DisabledOnOs(OS.WINDOWS)
class InterruptedProcessTest {
  private static final String SETTINGS =
      """
      espalier {
        model { name = efficientnet-narrow, image-size = 32 }
        data { name = glyphs, limit = 64, validation-limit = 16 }
        training { epochs = 2, batch-size = 8, seed = 7 }
        fine-tuning { epochs = EPOCHS }
      }
      """;

  @TempDir Path folder;

  /** A command that runs, with what it has printed so far. */
  private final class Running {
    private final Process process;
    private final BufferedReader reader;
    private final StringBuilder output = new StringBuilder();

    Running(String... arguments) throws IOException {
      List<String> command = new ArrayList<>(listeningToInterrupts());
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
      command.addAll(List.of(arguments));
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      reader =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Returns what makes a process listen to SIGINT even if the tests were started in the
     * background by a script, which ignores it for all of its processes. Not every system has it.
     */
    private static List<String> listeningToInterrupts() throws IOException {
      List<String> prefix = List.of("env", "--default-signal=INT");
      List<String> attempt = new ArrayList<>(prefix);
      attempt.add("true");
      try {
        return new ProcessBuilder(attempt).start().waitFor() == 0 ? prefix : List.of();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void awaitLine(String beginning) throws IOException {
      String line = "";
      while (!line.startsWith(beginning)) {
        line = reader.readLine();
        assertThat(line).as(output.toString()).isNotNull();
        output.append(line).append('\n');
      }
    }

    void send(String signal) throws IOException, InterruptedException {
      String pid = Long.toString(process.pid());
      assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
    }

    String end(int exitCode) throws IOException, InterruptedException {
      reader.lines().forEach(line -> output.append(line).append('\n'));
      String text = output.toString();
      assertThat(process.waitFor()).as(text).isEqualTo(exitCode);
      assertThat(text).doesNotContain("A fatal error has been detected", "Exception", "error:");
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files.filter(file -> file.getFileName().toString().startsWith("hs_err")))
            .isEmpty();
      }
      return text;
    }
  }

  private Path settings(int wholeEpochs) throws IOException {
    return Files.writeString(
        folder.resolve("settings.conf"), SETTINGS.replace("EPOCHS", Integer.toString(wholeEpochs)));
  }

  private Running fineTune(String engine, int wholeEpochs) throws IOException {
    return new Running(
        "fine-tune",
        "--engine",
        engine,
        "--config",
        settings(wholeEpochs).toString(),
        "--output",
        folder.resolve("a run").toString());
  }

  @ParameterizedTest
  @CsvSource({"pytorch, INT, 130", "tensorflow, TERM, 143", "mxnet, INT, 130"})
  void aTrainingEndsAfterTheStepAtHandAndGoesOnFromItsCheckpoint(
      String engine, String signal, int exitCode) throws Exception {
    Running running = fineTune(engine, 1);
    running.awaitLine("Run folder ");
    running.awaitLine("Epoch 1/2");
    running.send(signal);
    String text = running.end(exitCode);
    Path run = folder.resolve("a run");
    assertThat(text)
        .contains("Ending after the step at hand.")
        .contains("Resume with: espalier fine-tune --resume '" + run + "'");
    assertThat(run.resolve("checkpoint-head.safetensors")).exists();
    assertThat(run.resolve("summary.md")).doesNotExist();

    CommandRun resumed = CommandRun.of("fine-tune", "--resume", run, "--quiet");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(run.resolve("summary.md")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "mxnet"})
  void theSecondSignalEndsATrainingAtOnce(String engine) throws Exception {
    Running running = fineTune(engine, 30);
    running.awaitLine("Epoch 3/32");
    running.send("INT");
    running.send("INT");
    running.end(130);
  }

  @ParameterizedTest
  @CsvSource({"pytorch, TERM, 143", "tensorflow, INT, 130", "mxnet, TERM, 143"})
  void aTrainingThatIsToldToEndWhileItStartsCanBeResumed(String engine, String signal, int exitCode)
      throws Exception {
    Running running = fineTune(engine, 1);
    running.awaitLine("Run folder ");
    running.send(signal);
    assertThat(running.end(exitCode)).contains("Resume with: espalier fine-tune --resume");
    assertThat(folder.resolve("a run").resolve("checkpoint-head.safetensors")).exists();
  }
}
