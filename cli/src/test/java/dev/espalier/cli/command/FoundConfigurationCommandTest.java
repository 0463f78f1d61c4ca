package dev.espalier.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.JavaCommand;
import dev.espalier.cli.SamplePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a folder whose espalier.conf comes from somebody else, in processes of their own. */
class FoundConfigurationCommandTest {
  @TempDir Path folder;

  private record Result(int exitCode, String output) {}

  private Result run(String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile("espalier", ".txt");
    try {
      Process process =
          new ProcessBuilder(JavaCommand.espalier(arguments))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
      return new Result(process.exitValue(), Files.readString(output, UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  private void found(String text) throws IOException {
    Files.writeString(folder.resolve("espalier.conf"), text);
  }

  @Test
  void helpAndVersionDoNotReadIt() throws Exception {
    found("espalier {".repeat(5_000));
    for (String arguments : List.of("--help", "--version", "train --help")) {
      Result run = run(arguments.split(" "));
      assertThat(run.exitCode()).as(run.output()).isZero();
      assertThat(run.output()).doesNotContain("error:").doesNotContain("espalier.conf:");
    }
  }

  @Test
  void nativeCodeThatItNamesIsNotLoaded() throws Exception {
    found("espalier.engines.pytorch.library-folder = evil");
    Result found = run("doctor", "--no-open");
    assertThat(found.exitCode()).as(found.output()).isEqualTo(2);
    assertThat(found.output())
        .startsWith(
            "error: The setting engines.pytorch.library-folder decides which code is loaded")
        .contains("(espalier.conf, line 1). [ESP-606]")
        .contains("--config");
    Result named = run("doctor", "--no-open", "--config", "espalier.conf");
    assertThat(named.output()).contains("engines.pytorch.library-folder = evil");
  }

  @Test
  void jarsThatItNamesAreNotLoaded() throws Exception {
    Files.createDirectory(folder.resolve("jars"));
    SamplePlugin.write(folder.resolve("jars/sample.jar"), "leave");
    found("espalier.plugins.folder = jars");
    Result found = run("plugin", "list");
    assertThat(found.exitCode()).as(found.output()).isEqualTo(2);
    assertThat(found.output()).contains("plugins.folder").contains("ESP-606");
    Files.delete(folder.resolve("espalier.conf"));
    assertThat(run("plugin", "list", "--plugins", "jars").output()).contains("sample 1.2");
  }
}
