package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide on data promises, on a real engine: pictures of many sizes in folders. */
@Tag("native")
class OwnPicturesEndToEndTest {
  @TempDir static Path folder;

  @BeforeAll
  static void drawPictures() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 20; i++) {
      draw("disc", i, random);
      draw("bar", i, random);
    }
    Files.write(pets().resolve("bar/broken.jpg"), new byte[] {1, 2, 3});
  }

  private static void draw(String name, int number, Random random) throws IOException {
    BufferedImage image =
        new BufferedImage(
            60 + random.nextInt(40), 60 + random.nextInt(40), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(name.equals("disc") ? Color.ORANGE : Color.CYAN);
    if (name.equals("disc")) {
      graphics.fillOval(10, 10, 40, 40);
    } else {
      graphics.fillRect(5, random.nextInt(50), 50, 8);
    }
    graphics.dispose();
    String format = number % 2 == 0 ? "jpg" : "png";
    Path file = pets().resolve(name).resolve(number + "." + format);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, format, file.toFile());
  }

  private static Path pets() {
    return folder.resolve("pets");
  }

  private static CommandRun fineTune(String output, String... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "fine-tune",
                    "--dataset",
                    "image-folder",
                    "--data",
                    pets(),
                    "--epochs",
                    "1",
                    "--fine-tune-epochs",
                    "1",
                    "--batch-size",
                    "8",
                    "--output",
                    folder.resolve(output)),
                Stream.of(more))
            .toArray());
  }

  /** The table without its last column, the seconds. */
  private static List<String> history(String output) throws IOException {
    return Files.readAllLines(folder.resolve(output).resolve("history.csv")).stream()
        .map(line -> line.substring(0, line.lastIndexOf(',')))
        .toList();
  }

  @Test
  void numberOfWorkersAndTheCacheDoNotChangeTheResult() throws IOException {
    CommandRun one = fineTune("one", "--workers", "1", "--prefetch", "1", "--skip-unreadable");
    CommandRun many =
        fineTune("many", "--workers", "8", "--memory-cache", "8", "--skip-unreadable");

    assertThat(one.exitCode()).isZero();
    assertThat(one.err()).contains("left out: 1").contains("broken.jpg");
    assertThat(many.exitCode()).isZero();
    assertThat(history("many")).isEqualTo(history("one")).hasSize(3);
  }

  @Test
  void pictureThatCannotBeReadStopsTheRunWithItsName() {
    CommandRun run = fineTune("stopped");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("broken.jpg is not a picture of a known format.")
        .contains("[ESP-304]")
        .doesNotContain("\tat ");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("espalier-loader"));
  }
}
