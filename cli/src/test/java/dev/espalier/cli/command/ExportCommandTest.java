package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.core.ModelFile;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
    assertThat(run.out()).matches("Saved \\S+cnn\\.onnx \\(onnx, 0\\.\\d MB\\)\\.\\R");
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
  void calibratesIntegersWithTheImagesOfAFolder() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < 3; i++) {
      byte[] pixels = new byte[20 * 20 * 3];
      Arrays.fill(pixels, (byte) (80 * i));
      Files.write(images.resolve(i + ".png"), ImageEncoder.png(Image.wrap(20, 20, 3, pixels)));
    }
    Model model =
        Sequential.of(
            Input.image(8, 8, 3), Conv2D.of(2, 1), GlobalAveragePooling2D.create(), Dense.of(2));
    Path saved = folder.resolve("colour.safetensors");
    ModelFile.save(saved, model.withWeights(GoldenNumbers.weights(model)));
    Path file = folder.resolve("int8.onnx");
    CommandRun run =
        CommandRun.of("export", saved, "--output", file, "--int8", images, "--int8-images", "2");
    assertThat(run.err()).isEmpty();
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("QuantizeLinear");

    Path none = Files.createDirectory(folder.resolve("none"));
    CommandRun refused =
        CommandRun.of(
            "export", kerasFile(), "--output", folder.resolve("new.onnx"), "--int8", none);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("There are no images in");
    assertThat(folder.resolve("new.onnx")).doesNotExist();
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
    assertThat(format.err()).contains("no export format named \"pb\"", "onnx", "saved-model");
    assertThat(folder.resolve("new.onnx")).doesNotExist();
  }
}
