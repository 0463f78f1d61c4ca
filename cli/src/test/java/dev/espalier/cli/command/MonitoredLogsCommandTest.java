package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callbacks monitor is checked before there is a model or data. */
class MonitoredLogsCommandTest {
  @TempDir Path folder;

  private Path monitoring(String name) throws IOException {
    return Files.writeString(
        folder.resolve("test.conf"),
        """
        espalier {
          data { name = image-folder, location = nowhere }
          training.metrics = [{ name = top-k-categorical-accuracy, key = top2, k = 2 }]
          callbacks = [
            terminate-on-nan
            { name = early-stopping, patience = 3,
              monitor = %s }
          ]
        }
        """
            .formatted(name));
  }

  @Test
  void theCheckFindsAMisspeltName() throws IOException {
    Path file = monitoring("val_los");
    CommandRun run = CommandRun.of("config", "check", file);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines())
        .containsExactly(
            "error: The callback early-stopping monitors \"val_los\", which the logs of this"
                + " training do not have (callbacks.1.monitor, "
                + file
                + ", line 7). [ESP-604]",
            "They have, nearest first: val_loss, val_top2, loss, top2, accuracy,"
                + " val_accuracy, learning_rate, binary_accuracy, val_binary_accuracy. A"
                + " callback that adds logs must list them in addedLogs().");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss",
        "val_loss",
        "accuracy",
        "val_accuracy",
        "val_binary_accuracy",
        "top2",
        "val_top2",
        "learning_rate"
      })
  void theCheckKnowsWhatThereIs(String name) throws IOException {
    assertThat(CommandRun.of("config", "check", monitoring(name)).err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "fine-tune"})
  void aTrainingFindsItBeforeItLooksForItsData(String command) throws IOException {
    CommandRun run =
        CommandRun.of(
            command, "--config", monitoring("acuracy"), "--output", folder.resolve("run"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("monitors \"acuracy\"").contains("nearest first: accuracy");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void theCheckFindsAMisspeltValueToChooseTheBestModelBy() throws IOException {
    Path file = monitoring("val_loss");
    CommandRun run =
        CommandRun.of("config", "check", file, "--set", "output.best-monitor=val_acuracy");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines().findFirst())
        .hasValue(
            "error: The logs of this training have no value named \"val_acuracy\""
                + " (output.best-monitor, --set). [ESP-604]");
    assertThat(run.err()).contains("nearest first: val_accuracy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"val_top2", "val_confusion_matrix_accuracy"})
  void theBestModelIsChosenByAnyValue(String value) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("test.conf"),
            """
            espalier {
              training.metrics = [
                confusion-matrix
                { name = top-k-categorical-accuracy, key = top2, k = 2 }
              ]
              output.best-monitor = %s
            }
            """
                .formatted(value));
    assertThat(CommandRun.of("config", "check", file).err()).isEmpty();
  }
}
