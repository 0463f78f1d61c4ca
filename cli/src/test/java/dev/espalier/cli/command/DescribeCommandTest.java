package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.GoldenFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribeCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void writeImages() throws IOException {
    for (String split : new String[] {"train", "test"}) {
      for (int i = 0; i < 3; i++) {
        write(split + "/cat/" + i + ".png", i);
      }
      write(split + "/dog/0.jpg", 99);
    }
    write("train/dog/copy of tom.png", 1);
    Files.write(folder.resolve("pets/train/dog/broken.png"), new byte[] {1, 2, 3});
  }

  private void write(String file, int red) throws IOException {
    Path path = folder.resolve("pets").resolve(file);
    Files.createDirectories(path.getParent());
    BufferedImage image = new BufferedImage(4 + red % 2, 3, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, red << 16);
    ImageIO.write(image, file.endsWith("jpg") ? "jpg" : "png", path.toFile());
  }

  private CommandRun describe(String... more) {
    Object[] arguments = new Object[5 + more.length];
    arguments[0] = "describe";
    arguments[1] = "--dataset";
    arguments[2] = "image-folder";
    arguments[3] = "--data";
    arguments[4] = folder.resolve("pets");
    System.arraycopy(more, 0, arguments, 5, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void textShowsContentsAndProblems() throws IOException {
    CommandRun run = describe();

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    GoldenFile.assertMatches("describe-pets.txt", run.out().replace(folder.toString(), "FOLDER"));
  }

  @Test
  void describesTheChosenSplit() {
    assertThat(describe("--split", "test").out())
        .contains("pets/test: 4 readable images, 2 classes")
        .contains("No duplicates: no two images have the same pixels.")
        .contains("Unreadable files of pets/train: 1")
        .doesNotContain("All files are readable");
  }

  @Test
  void damagedFilesOfEverySplitThatATrainingUsesAreListed() throws IOException {
    Files.delete(folder.resolve("pets/train/dog/broken.png"));
    write("val/cat/0.png", 7);
    assertThat(describe().out())
        .endsWith("All files are readable, including those of pets/validation and pets/test.\n");
    Path broken = folder.resolve("pets/val/cat/broken.png");
    Files.write(broken, new byte[] {1, 2, 3});

    assertThat(describe().out())
        .endsWith(
            "Unreadable files of pets/validation: 1\n  "
                + broken
                + " is not an image in a supported format.\n");
    JsonObject json = JsonParser.parseString(describe("--json").out()).getAsJsonObject();
    assertThat(json.getAsJsonArray("unreadable")).isEmpty();
    assertThat(json.getAsJsonObject("unreadableElsewhere").keySet())
        .containsExactly("pets/validation");
  }

  @Test
  void jsonContainsEverything() {
    JsonObject json = JsonParser.parseString(describe("--json").out()).getAsJsonObject();

    assertThat(json.get("samples").getAsInt()).isEqualTo(5);
    assertThat(json.getAsJsonArray("classes")).hasSize(2);
    assertThat(json.getAsJsonArray("duplicates")).hasSize(1);
    assertThat(json.getAsJsonArray("unreadable").get(0).getAsJsonObject().get("file").getAsString())
        .endsWith("broken.png");
  }

  @Test
  void findsDuplicatesInOtherSplitsWhicheverSplitIsDescribed() {
    JsonArray leaks =
        JsonParser.parseString(describe("--split", "validation", "--json").out())
            .getAsJsonObject()
            .getAsJsonArray("leaks");

    assertThat(leaks).as("test stands in for validation, not compared with itself").hasSize(4);
    JsonObject tom = leaks.get(1).getAsJsonObject();
    assertThat(tom.getAsJsonArray("names").get(0).getAsString()).endsWith("test/cat/1.png");
    assertThat(tom.getAsJsonObject("elsewhere").keySet()).containsExactly("pets/train");
    assertThat(tom.getAsJsonObject("elsewhere").getAsJsonArray("pets/train"))
        .extracting(JsonElement::getAsString)
        .satisfiesExactly(
            name -> assertThat(name).endsWith("train/cat/1.png"),
            name -> assertThat(name).endsWith("copy of tom.png"));
    assertThat(tom.get("contradictory").getAsBoolean()).isTrue();
  }

  @Test
  void reportsThatSplitsHaveNoImageInCommon() {
    assertThat(CommandRun.of("describe", "--dataset", "shapes", "--limit", "30").out())
        .contains("No image is also in shapes/validation or shapes/test.");
  }

  @Test
  void dataIsSetAsForATraining() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("espalier.conf"),
            """
            espalier {
              data { name = image-folder, location = "%s", limit-per-class = 1 }
              training.epochs = 3
            }
            """
                .formatted(folder.resolve("pets")));

    assertThat(CommandRun.of("describe", "--config", file).out())
        .contains("pets/train: 2 readable images, 2 classes");
    assertThat(CommandRun.of("describe", "--config", file, "--set", "data.limit-per-class=2").out())
        .contains("pets/train: 3 readable images, 2 classes");
    assertThat(CommandRun.of("describe", "--config", file, "--set", "data.clases=cat").err())
        .contains("There is no setting named \"data.clases\" (--set).")
        .contains("data.classes");
  }

  @ParameterizedTest
  @CsvSource({
    "data.validation-part=0.2, data.validation-split",
    "data.test-part=0.2, data.test-split",
    "augmentations.0.deviation=5, stddev"
  })
  void namesTheOptionThatReplacesAnEarlierOne(String earlier, String current) {
    CommandRun run = describe("--set", "augmentations.0.name=gaussian-noise", "--set", earlier);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).containsPattern("(?:known names|nearest first): " + current);
  }

  @Test
  void generatedDataCanBeDescribedToo() {
    CommandRun run =
        CommandRun.of("describe", "--dataset", "shapes", "--limit", "40", "--split", "validation");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("40 readable images").contains("color");
  }

  @Test
  void missingFolderIsOneLine() {
    CommandRun run = CommandRun.of("describe", "--dataset", "image-folder", "--data", "nowhere");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("nowhere does not exist.").doesNotContain("\tat ");
  }
}
