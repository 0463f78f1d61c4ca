package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Programs read the standard output of {@code --json}, which must not begin with a warning. */
class WarningsOnStandardErrorTest {
  @TempDir Path folder;

  /** Logs as a library does in a process of the command. */
  static final class Warning {
    private Warning() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
      Main.logWarningsOnly();
      LoggerFactory.getLogger(Warning.class).warn("something is slow");
      LoggerFactory.getLogger(Warning.class).info("something is normal");
    }
  }

  @Test
  void whatIsLoggedStaysOutOfTheResults() throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(JavaCommand.of(Warning.class))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();

    assertThat(process.waitFor()).isZero();
    assertThat(out).isEmptyFile();
    assertThat(err).content().isEqualToIgnoringNewLines("WARN something is slow");
  }
}
