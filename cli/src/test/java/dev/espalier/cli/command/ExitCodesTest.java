package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExitCodesTest {
  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void thePageOfErrorsSaysHowACommandEndsWithEach(ErrorCode code) throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/errors.md")).stream()
            .filter(line -> line.startsWith("| 1 |") || line.startsWith("| 2 |"))
            .filter(line -> line.contains(code.id()))
            .toList();
    assertThat(rows)
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("| " + ExitCodes.of(code) + " |");
  }

  @Test
  void wrongInputIsTwoAndWhatFailsIsOne() {
    assertThat(CommandRun.of("train", "--epochs", "many").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("train", "--no-such-option").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("config", "check", "--set", "threads=-1").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("config", "check", "no.conf").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("summary", "--model", "no.safetensors").exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("help", "nothing").exitCode()).isEqualTo(2);
    assertThat(ExitCodes.of(ErrorCode.ENGINE_FAILED)).isEqualTo(1);
    assertThat(ExitCodes.of(ErrorCode.OUT_OF_MEMORY)).isEqualTo(1);
  }
}
