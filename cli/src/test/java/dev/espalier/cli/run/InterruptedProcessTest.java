package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private Path settings(int wholeEpochs) throws IOException {
    return Files.writeString(
        folder.resolve("settings.conf"), SETTINGS.replace("EPOCHS", Integer.toString(wholeEpochs)));
  }

  private RunningCommand fineTune(String engine, int wholeEpochs) throws IOException {
    return RunningCommand.start(
        folder,
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
    RunningCommand running = fineTune(engine, 1);
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
    RunningCommand running = fineTune(engine, 30);
    running.awaitLine("Epoch 3/32");
    running.send("INT");
    running.send("INT");
    running.end(130);
  }

  @ParameterizedTest
  @CsvSource({"pytorch, TERM, 143", "tensorflow, INT, 130", "mxnet, TERM, 143"})
  void aTrainingThatIsToldToEndWhileItStartsCanBeResumed(String engine, String signal, int exitCode)
      throws Exception {
    RunningCommand running = fineTune(engine, 1);
    running.awaitLine("Run folder ");
    running.send(signal);
    assertThat(running.end(exitCode)).contains("Resume with: espalier fine-tune --resume");
    assertThat(folder.resolve("a run").resolve("checkpoint-head.safetensors")).exists();
  }
}
