package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that fails before its first step. */
@Tag("native")
class FailedStartTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "train,--device,gpu:99",
    "fine-tune,--device,gpu:99",
    "fine-tune,--devices,'gpu:98,gpu:99'"
  })
  void anUnknownDeviceLeavesNoFolderBehind(String command, String option, String devices) {
    CommandRun run = start(command, option, devices);
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.out()).contains("Run folder " + folder.resolve("my/run"));
    assertThat(run.err()).contains("has no device gpu:9").contains("here (" + option + ")");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "fine-tune"})
  void missingWeightsLeaveNoFolderBehind(String command) {
    CommandRun run = start(command, "--weights", folder.resolve("no.h5"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("no.h5");
    assertThat(folder).isEmptyDirectory();
  }

  private CommandRun start(String command, Object option, Object value) {
    return CommandRun.of(
        command,
        "--dataset",
        "shapes",
        "--engine",
        "tensorflow",
        "--limit",
        "60",
        "--output",
        folder.resolve("my/run"),
        option,
        value);
  }
}
