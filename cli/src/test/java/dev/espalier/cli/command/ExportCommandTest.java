package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir Path folder;

  /** A small model that Keras saved. */
  private static Path kerasFile() {
    return Path.of("src/test/resources/dev/espalier/cli/cnn.keras").toAbsolutePath();
  }

  @Test
  void writesAnOnnxFileOfAModel() throws IOException {
    Path file = folder.resolve("cnn.onnx");
    CommandRun run = CommandRun.of("export", kerasFile(), "--format", "onnx", "--output", file);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("Saved \\S+cnn\\.onnx \\(ONNX, 0\\.\\d MB\\)\\.\\R");
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
        .contains("Espalier", "Softmax", "image_size");
  }

  @Test
  void takesTheTypesOfInputAndWeights() throws IOException {
    Path file = folder.resolve("cnn.onnx");
    Path small = folder.resolve("small.onnx");
    CommandRun.of("export", kerasFile(), "--output", file);
    CommandRun run =
        CommandRun.of(
            "export", kerasFile(), "--output", small, "--input", "float", "--weights", "float16");
    assertThat(run.err()).isEmpty();
    assertThat(Files.size(small)).isLessThan(Files.size(file));
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("image input/Cast");
    assertThat(Files.readString(small, StandardCharsets.ISO_8859_1))
        .contains("conv2d/kernel/Cast")
        .doesNotContain("image input/Cast");
  }

  @Test
  void refusesWhatExistsAndWhatIsNoModel() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "notes");
    CommandRun taken = CommandRun.of("export", kerasFile(), "--output", file);
    assertThat(taken.exitCode()).isEqualTo(2);
    assertThat(taken.err()).contains("ESP-604", "exists already");
    CommandRun text = CommandRun.of("export", file, "--output", folder.resolve("new.onnx"));
    assertThat(text.exitCode()).isEqualTo(2);
    assertThat(text.err()).contains("ESP-203");
    CommandRun format =
        CommandRun.of("export", kerasFile(), "--format", "pb", "--output", folder.resolve("x"));
    assertThat(format.exitCode()).isEqualTo(2);
    assertThat(format.err()).contains("ONNX");
    assertThat(folder.resolve("new.onnx")).doesNotExist();
  }
}
