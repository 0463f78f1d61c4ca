package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.OwnImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribeWithModelTest {
  private static final String MODEL = "efficientnet-narrow";

  @TempDir Path folder;

  @BeforeEach
  void writeImages() throws IOException {
    new OwnImages(folder.resolve("own"))
        .with("train", 12)
        .with("test", 3)
        .withBroken("train/bar/broken.png");
    // Two bars that are called discs, and an image compressed again.
    Path train = folder.resolve("own/train");
    Files.move(train.resolve("bar/3.png"), train.resolve("disc/wrong 3.png"));
    Files.move(train.resolve("bar/7.png"), train.resolve("disc/wrong 7.png"));
    BufferedImage image = ImageIO.read(train.resolve("disc/9.png").toFile());
    ImageIO.write(image, "jpg", folder.resolve("own/test/disc/again.jpg").toFile());
  }

  private CommandRun describe(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("describe", "--data", folder.resolve("own")));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  @Tag("native")
  void findsSwappedLabelsAndNearDuplicatesAndShowsThem() throws IOException {
    Path report = folder.resolve("new/report.html");
    CommandRun run =
        describe("--model", MODEL, "--engine", "tensorflow", "--json", "--report", report);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();

    assertThat(json.get("samples").getAsInt()).isEqualTo(24);
    assertThat(json.getAsJsonArray("unreadable")).hasSize(1);
    assertThat(json.get("labelsChecked").getAsInt()).isEqualTo(24);
    for (int i = 0; i < 2; i++) {
      JsonObject issue = json.getAsJsonArray("mislabelled").get(i).getAsJsonObject();
      assertThat(issue.get("name").getAsString()).contains("wrong ");
      assertThat(issue.get("label").getAsString()).isEqualTo("disc");
      assertThat(issue.get("suggested").getAsString()).isEqualTo("bar");
      assertThat(issue.get("labelProbability").getAsDouble()).isLessThan(0.5);
    }
    JsonObject test = json.getAsJsonArray("nearDuplicates").get(0).getAsJsonObject();
    assertThat(test.get("split").getAsString()).isEqualTo("own/test");
    // The test images are the first of the training images.
    for (int i = 0; i < 6; i++) {
      JsonObject pair = test.getAsJsonArray("pairs").get(i).getAsJsonObject();
      assertThat(pair.get("name").getAsString()).matches(".*/[012]\\.png");
      assertThat(pair.get("similarity").getAsDouble()).isGreaterThan(0.99999);
    }
    assertThat(test.getAsJsonArray("pairs").toString()).contains("again.jpg");
    assertThat(report)
        .content()
        .contains("<h1>Images of own/train to check</h1>")
        .contains("alt=\"labelled disc\" src=\"data:image/jpeg")
        .contains("looks like bar (")
        .contains("wrong 3.png")
        .contains("again.jpg");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--report x.html|--report needs --model.",
        "--similarity 0.9|--similarity needs --model.",
        "--weights imagenet|--weights needs --model.",
        "--image-size 64|--image-size needs --model.",
        "--model efficientnetv2-b0|The model efficientnetv2-b0 has random weights",
        "--model efficientnet-narrow --similarity 1.5|--similarity cannot be 1.5.",
        "--model nothing|There is no model named \"nothing\".",
        "--model missing.safetensors|missing.safetensors"
      })
  void refusesWhatCannotBeFoundBeforeAnyImageIsRead(String options, String problem) {
    CommandRun run = describe((Object[]) options.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("error: ").contains(problem);
  }
}
