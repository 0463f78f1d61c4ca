package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.cli.CommandRun;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.data.Image;
import dev.espalier.data.Split;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.training.FitOptions;
import dev.espalier.training.Verbosity;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewCommandTest {
  @TempDir Path folder;
  private Path picture;
  private Path output;

  @BeforeEach
  void drawPicture() throws IOException {
    picture = folder.resolve("picture.png");
    output = folder.resolve("sheet.png");
    BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, 20, 20);
    graphics.dispose();
    ImageIO.write(image, "png", picture.toFile());
  }

  @Test
  void theSheetShowsEachPictureBeforeAndAfter() throws IOException {
    CommandRun run =
        CommandRun.of(
            "preview",
            picture,
            picture,
            "--output",
            output,
            "--copies=3",
            "--size=40",
            "--set",
            "augmentations=random-invert",
            "--set",
            "augmentations.0.probability=1");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains(output.toString()).contains("RandomInvert[probability=1.0]");
    BufferedImage sheet = ImageIO.read(output.toFile());
    assertThat(sheet.getWidth()).isEqualTo(4 * 44 + 12);
    assertThat(sheet.getHeight()).isEqualTo(2 * 44 + 4);
    // The left half of the first cell is red; of the second, its negative.
    assertThat(sheet.getRGB(4 + 8, 4 + 20)).isEqualTo(0xffff0000);
    assertThat(sheet.getRGB(12 + 44 + 8, 4 + 20)).isEqualTo(0xff00ffff);
  }

  /** A batch of a training is what the preview of its samples shows, pixel by pixel. */
  @Test
  void samplesAreDrawnAsATrainingSeesThem() throws IOException {
    int side = 16;
    Random random = new Random(4);
    for (String name : List.of("cat", "dog")) {
      for (int i = 0; i < 2; i++) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < side * side; pixel++) {
          image.setRGB(pixel % side, pixel / side, random.nextInt(1 << 24));
        }
        Path file = folder.resolve("pets/" + name + "/" + i + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
      }
    }
    Path file =
        Files.writeString(
            folder.resolve("espalier.conf"),
            """
            espalier {
              data { name = image-folder, location = "%s", validation-split = 0, test-split = 0 }
              training {
                seed = 7, epochs = 3, batch-size = 4, shuffle = false
                optimizer = sgd, loss = categorical-crossentropy
              }
              augmentations = [
                { name = random-rotation, factor = 0.2 }
                { name = random-choice, augmentations = [random-invert, color-jitter] }
              ]
            }
            """
                .formatted(folder.resolve("pets")));
    CommandRun run =
        CommandRun.of(
            "preview",
            "--config",
            file,
            "--sample=0,3",
            "--sample=1",
            "--copies=3",
            "--size=" + side,
            "--output",
            output);
    assertThat(run.err()).isEmpty();
    BufferedImage sheet = ImageIO.read(output.toFile());
    List<List<Image>> epochs = imagesThatATrainingSees(file, side);
    assertThat(epochs).hasSize(3);
    List<Integer> samples = List.of(0, 3, 1);
    for (int row = 0; row < samples.size(); row++) {
      for (int epoch = 0; epoch < epochs.size(); epoch++) {
        Image seen = epochs.get(epoch).get(samples.get(row));
        int left = 12 + (epoch + 1) * (side + 4);
        int top = 4 + row * (side + 4);
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            int rgb = seen.at(y, x, 0) << 16 | seen.at(y, x, 1) << 8 | seen.at(y, x, 2);
            assertThat(sheet.getRGB(left + x, top + y) & 0xffffff)
                .as("sample %d, epoch %d, row %d, column %d", samples.get(row), epoch, y, x)
                .isEqualTo(rgb);
          }
        }
      }
    }
  }

  /** Returns the images of each epoch, in the order of the samples. */
  private static List<List<Image>> imagesThatATrainingSees(Path file, int side) {
    List<List<Image>> epochs = new ArrayList<>();
    PluginRegistry registry = PluginRegistry.discover();
    Configuration configuration = Configuration.of(registry, sources -> sources.file(file));
    Model model =
        Sequential.of(
            Input.image(side, side, 3),
            Rescaling.of(1 / 255.0),
            GlobalAveragePooling2D.create(),
            Dense.of(2).activation(Activation.SOFTMAX));
    FitOptions options =
        configuration.fitOptions().toBuilder()
            .batchAugmentations(
                (batch, stream) -> {
                  epochs.add(batch.images());
                  return batch;
                })
            .verbosity(Verbosity.SILENT)
            .workers(1)
            .build();
    try (Trainer trainer = Trainer.of(model, configuration.trainingConfig(), registry)) {
      trainer.fit(configuration.dataset(Split.TRAIN), options);
    }
    return epochs;
  }

  @Test
  void aSampleThatIsNotThereIsTold() {
    CommandRun run =
        CommandRun.of(
            "preview",
            "--sample=9",
            "--output",
            output,
            "--set",
            "augmentations=equalize",
            "--set",
            "data.limit=5");
    assertThat(run.err())
        .contains("shapes/train has no sample 9.")
        .contains("Give --sample from 0 to 4.");
    assertThat(CommandRun.of("preview", "--output", output).err())
        .contains("Name image files, or samples of the training data with --sample.");
    assertThat(output).doesNotExist();
  }

  @Test
  void aFileThatIsThereIsLeftAlone() throws IOException {
    Files.writeString(output, "mine");
    CommandRun run =
        CommandRun.of("preview", picture, "--output", output, "--set", "augmentations=equalize");
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("is there already").contains("nothing is overwritten");
    assertThat(output).hasContent("mine");
  }

  @Test
  void withoutAugmentationsTheirNamesAreListed() {
    CommandRun run = CommandRun.of("preview", picture, "--output", output);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("The configuration has no augmentations.")
        .contains("random-flip, random-rotation");
    assertThat(output).doesNotExist();
  }

  @Test
  void aPictureThatCannotBeReadIsNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("text.jpg"), "no picture");
    CommandRun run =
        CommandRun.of("preview", text, "--output", output, "--set", "augmentations=equalize");
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains(text.toString());
    assertThat(output).doesNotExist();
  }
}
