package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.datasets.image.ImageEncoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --data} without {@code --dataset}: the place says what it is. */
class DataByLocationTest {
  @TempDir Path folder;
  private Path images;

  @BeforeEach
  void draw() throws IOException {
    images = folder.resolve("images");
    for (String name : List.of("cat", "dog")) {
      Files.createDirectories(images.resolve(name));
      for (int i = 0; i < 10; i++) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, i * 1000 + name.charAt(0));
        Files.write(images.resolve(name).resolve(i + ".png"), ImageEncoder.png(image));
      }
    }
  }

  @Test
  void aFolderIsOneOfImages() {
    CommandRun run = CommandRun.of("describe", "--data", images);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("cat").contains("dog");
    assertThat(run.err().lines().filter(line -> line.startsWith("Reading")))
        .containsExactly(
            "Reading " + images + " as the data set image-folder; --dataset names another.");
  }

  @Test
  void aTableIsAManifest() throws IOException {
    Path table = folder.resolve("labels.csv");
    Files.writeString(table, "path,label\nimages/cat/0.png,cat\nimages/dog/0.png,dog\n");
    CommandRun run = CommandRun.of("describe", "--data", table);
    assertThat(run.err()).startsWith("Reading " + table + " as the data set manifest;");
  }

  @Test
  void itsOptionsAreKnownBeforeItIsOpened() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("test.conf"),
            "espalier.data { location = \"" + images + "\", limit-per-class = 2 }");
    assertThat(CommandRun.of("config", "check", file).err()).isEmpty();
    assertThat(CommandRun.of("config", "show", file).out())
        .contains("data.limit-per-class = 2")
        .contains("data.name = image-folder  (follows from data.location)");
  }

  @Test
  void aNameThatIsGivenWins() {
    CommandRun run = CommandRun.of("describe", "--data", images, "--dataset", "shapes");
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("shapes is generated").doesNotContain("Reading");
  }

  @Test
  void whatIsNeitherIsAskedAbout() throws IOException {
    Path archive = Files.writeString(folder.resolve("images.zip"), "");
    CommandRun run = CommandRun.of("describe", "--data", archive);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "error: It cannot be determined which data set is at " + archive + ": it is neither")
        .contains("Name the data set with --dataset.");
    assertThat(CommandRun.of("evaluate", "--model", "x", "--data", folder.resolve("no")).err())
        .contains(": the path does not exist.")
        .contains("Correct the path.");
  }
}
