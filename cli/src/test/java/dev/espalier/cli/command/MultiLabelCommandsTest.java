package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures with several labels, from the table to the answer. */
@Tag("native")
class MultiLabelCommandsTest {
  private static final String VALIDATES_ON_TEST =
      "note: there is no validation split, so that the training validates on shapes/test.";

  @TempDir static Path folder;

  private static CommandRun fineTuning;

  @BeforeAll
  static void fineTune() throws IOException {
    List<String> lines = new ArrayList<>(List.of("path,label,split"));
    for (int i = 0; i < 48; i++) {
      int set = 1 + i % 3;
      draw(i, set);
      String labels = set == 3 ? "bar|disc" : set == 1 ? "disc" : "bar";
      lines.add(i + ".png," + labels + "," + (i < 36 ? "train" : "test"));
    }
    Files.write(manifest(), lines);
    fineTuning =
        fineTune("run", "--epochs", "10", "--fine-tune-epochs", "0", "--learning-rate", "0.3");
  }

  private static CommandRun fineTune(String output, String... more) {
    return command(
        Stream.concat(
            Stream.of("fine-tune", "--batch-size", "6", "--output", folder.resolve(output)),
            Stream.of(more)));
  }

  private static CommandRun command(Stream<Object> arguments) {
    return CommandRun.of(
        Stream.concat(arguments, Stream.of("--dataset", "manifest", "--data", manifest()))
            .toArray());
  }

  private static Path manifest() {
    return folder.resolve("shapes.csv");
  }

  private static Path model() {
    return folder.resolve("run/model.safetensors");
  }

  private static void draw(int number, int set) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    if ((set & 1) == 1) {
      graphics.setColor(Color.ORANGE);
      graphics.fillOval(2 + number % 5, 2, 36, 36);
    }
    if ((set & 2) == 2) {
      graphics.setColor(Color.CYAN);
      graphics.fillRect(4, 42 + number % 5, 56, 14);
    }
    graphics.dispose();
    ImageIO.write(image, "png", folder.resolve(number + ".png").toFile());
  }

  @Test
  void fineTuningDecidesOnEachClassByItself() throws IOException {
    assertThat(fineTuning.err()).isEqualToIgnoringNewLines(VALIDATES_ON_TEST);
    assertThat(fineTuning.exitCode()).isZero();
    assertThat(fineTuning.out())
        .contains("36 training images, 12 validation images, 2 classes, multi-label")
        .contains("Validation binary accuracy 100.0 %");
    assertThat(Files.readAllLines(folder.resolve("run/history.csv")).get(0))
        .isEqualTo(
            "phase,epoch,loss,binary_accuracy,val_loss,val_binary_accuracy,learning_rate,seconds");
    assertThat(Files.readString(folder.resolve("run/summary.md")))
        .contains("**Validation binary accuracy 100.00 %**")
        .contains("| validation loss | validation binary accuracy |")
        .contains("36 images, 2 classes, multi-label |");
    assertThat(Files.readString(folder.resolve("run/espalier.conf")))
        .contains("binary-crossentropy")
        .contains("binary-accuracy");
  }

  @Test
  void theTrainedModelIsEvaluatedAtAThreshold() {
    JsonObject half = evaluate();
    assertThat(half.keySet())
        .containsExactly("dataset", "samples", "missingClasses", "binary_accuracy", "loss");
    assertThat(half.get("binary_accuracy").getAsDouble()).isEqualTo(1);
    // No score is above 1: right are the classes that are not there, a third of all.
    assertThat(evaluate("--threshold", "1").get("binary_accuracy").getAsDouble())
        .isEqualTo(1 / 3.0, within(1e-6));
  }

  private static JsonObject evaluate(String... more) {
    CommandRun run =
        command(
            Stream.concat(Stream.of("evaluate", "--model", model(), "--json"), Stream.of(more)));
    assertThat(run.exitCode()).isZero();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  @Test
  void predictsAllClassesAboveAThreshold() {
    Path both = folder.resolve("2.png");
    Path bar = folder.resolve("1.png");
    CommandRun run =
        CommandRun.of("predict", "--model", model(), "--threshold", "0.5", "--json", both, bar);
    assertThat(run.exitCode()).isZero();
    JsonArray images = JsonParser.parseString(run.out()).getAsJsonArray();
    assertThat(classes(images, 0)).containsExactlyInAnyOrder("bar", "disc");
    assertThat(classes(images, 1)).containsExactly("bar");

    assertThat(CommandRun.of("predict", "--model", model(), "--threshold", "1", bar).out().lines())
        .containsExactly(bar.toString(), "  none of the classes");
    assertThat(
            CommandRun.of("predict", "--model", model(), "--threshold", "0.5", "--top", "1", both)
                .out()
                .lines())
        .hasSize(2);
    assertThat(CommandRun.of("predict", "--model", model(), bar).out().lines()).hasSize(3);
  }

  private static List<String> classes(JsonArray images, int image) {
    List<String> names = new ArrayList<>();
    images
        .get(image)
        .getAsJsonObject()
        .getAsJsonArray("classes")
        .forEach(one -> names.add(one.getAsJsonObject().get("class").getAsString()));
    return names;
  }

  @Test
  void thresholdsAreChecked() {
    CommandRun outside =
        CommandRun.of("predict", "--model", model(), "--threshold", "2", folder.resolve("1.png"));
    assertThat(outside.exitCode()).isEqualTo(2);
    assertThat(outside.err()).contains("--threshold cannot be 2.0.").contains("[ESP-604]");
    CommandRun single =
        CommandRun.of(
            "evaluate", "--model", "efficientnet-narrow", "--threshold", "0.5", "--limit", "10");
    assertThat(single.exitCode()).isEqualTo(2);
    assertThat(single.err())
        .contains("A sample of shapes/test has one class, so that there is no threshold.");
  }

  @Test
  void trainingFromScratchEndsInASigmoidToo() {
    CommandRun run =
        command(
            Stream.of(
                "train",
                "--model",
                "efficientnet-narrow",
                "--epochs",
                "1",
                "--label-smoothing",
                "0.1",
                "--quiet",
                "--output",
                folder.resolve("scratch")));
    assertThat(run.err()).isEqualToIgnoringNewLines(VALIDATES_ON_TEST);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Validation binary accuracy");
  }

  @Test
  void aLossForOneClassIsRefusedWithTheOneToUse() {
    CommandRun run =
        fineTune("refused", "--set", "training.loss=categorical-crossentropy", "--epochs", "1");
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err())
        .contains("The loss categorical-crossentropy expects exactly one class per sample")
        .contains("Use binary-crossentropy")
        .contains("[ESP-401]");
  }

  @Test
  void theDescriptionTellsHowManyLabelsPicturesHave() {
    CommandRun run = command(Stream.of("describe"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("36 readable images, 2 classes, multi-label")
        .contains("        24  bar")
        .contains("Labels    1 to 2 (median 1) per image, 1.33 on average");
    assertThat(
            JsonParser.parseString(command(Stream.of("describe", "--json")).out())
                .getAsJsonObject()
                .get("multiLabel")
                .getAsBoolean())
        .isTrue();
  }
}
