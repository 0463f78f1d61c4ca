package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
