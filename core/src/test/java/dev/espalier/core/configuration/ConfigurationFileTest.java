package dev.espalier.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.internal.hocon.HoconText;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipes, whose text comes once, or never, and texts of other processes. */
class ConfigurationFileTest {
  @TempDir private Path folder;

  private Path pipe() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    try {
      Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
      Assumptions.assumeTrue(process.waitFor() == 0, "this system makes no named pipes");
    } catch (IOException e) {
      Assumptions.abort("this system makes no named pipes: " + e);
    }
    return pipe;
  }

  @Test
  void theTextOfAPipeServesSeveralReadings() throws Exception {
    Path pipe = pipe();
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.writeString(pipe, "espalier { plugins.exclude = [a], training.epochs = 3 }");
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    writer.start();
    ConfigurationFile read = ConfigurationFile.read(pipe);
    writer.join();
    assertThat(
            Configuration.ofPlugins(sources -> sources.file(read))
                .get(RunSettings.EXCLUDED_PLUGINS))
        .containsExactly("a");
    assertThat(
            Configuration.of(PluginRegistry.builder().build(), sources -> sources.file(read))
                .get(RunSettings.EPOCHS))
        .isEqualTo(3);
  }

  @Test
  void aTextOfAnotherProcessIsReadAsTheFileOfARunAndHasItsLimits() {
    ConfigurationFile text = ConfigurationFile.of("espalier { training.epochs = three }");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> Configuration.of(PluginRegistry.builder().build(), sources -> sources.file(text)))
        .withMessageContaining("espalier.conf")
        .withMessageContaining("three");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ConfigurationFile.of("#".repeat(64 * 1024 + 1)))
        .withMessageContaining("is larger than 64 KiB");
  }

  @Test
  void aPipeThatNobodyWritesToIsNotWaitedForForever() throws Exception {
    Path pipe = pipe();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> HoconText.read(pipe, Duration.ofMillis(50)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE))
        .withMessageContaining("its end did not come within");
  }

  @Test
  void aPipeInTheWorkingFolderIsRefusedAtOnce() throws Exception {
    Files.move(pipe(), folder.resolve("espalier.conf"));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ConfigurationFile.inFolder(folder))
        .withMessageContaining("espalier.conf cannot be read: it is not a regular file.");
  }

  @Test
  void aPipeIsNotIncluded() throws Exception {
    pipe();
    Path file = Files.writeString(folder.resolve("test.conf"), "include \"pipe\"");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> Configuration.of(PluginRegistry.builder().build(), sources -> sources.file(file)))
        .withMessageContaining("it is not a regular file");
  }

  @Test
  void aFolderIsNoFile() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ConfigurationFile.read(folder))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE));
  }
}
