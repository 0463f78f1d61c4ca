package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a real engine, with as little data as shows that they work together. */
@Tag("native")
class CommandsEndToEndTest {
  @TempDir static Path folder;

  private static CommandRun fineTuning;

  private static Path model() {
    return folder.resolve("run/model.safetensors");
  }

  @BeforeAll
  static void fineTuneALittle() {
    fineTuning =
        CommandRun.of(
            "fine-tune",
            "--epochs",
            "1",
            "--fine-tune-epochs",
            "1",
            "--limit",
            "60",
            "--validation-limit",
            "20",
            "--batch-size",
            "20",
            "--output",
            folder.resolve("run"));
  }

  @Test
  void fineTuningLeavesAllFilesAndPrintsTheirPaths() throws IOException {
    assertThat(fineTuning.err()).isEmpty();
    assertThat(fineTuning.exitCode()).isZero();
    for (String name :
        new String[] {
          "model.safetensors",
          "best.safetensors",
          "history.csv",
          "curves.png",
          "summary.md",
          "report.html"
        }) {
      assertThat(folder.resolve("run").resolve(name)).isNotEmptyFile();
      assertThat(fineTuning.out()).contains(folder.resolve("run").resolve(name).toString());
    }
    assertThat(folder.resolve("run").toFile().list()).hasSize(8).contains("results.json");
    assertThat(fineTuning.out())
        .contains("Phase 1 of 2, the head on the frozen base")
        .contains("Phase 2 of 2, the whole model but the base's batch normalizations");
  }

  @Test
  void theHistoryHasALineForEachEpochOfBothPhases() throws IOException {
    assertThat(Files.readAllLines(folder.resolve("run/history.csv")))
        .hasSize(3)
        .element(0)
        .isEqualTo("phase,epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds");
    assertThat(Files.readString(folder.resolve("run/history.csv")))
        .contains("\nhead,1,")
        .contains("\nfine-tune,2,");
  }

  @Test
  void theSummaryTellsTheCommandTheSettingsAndTheFigures() throws IOException {
    assertThat(Files.readString(folder.resolve("run/summary.md")))
        .startsWith("# efficientnet-narrow on shapes\n")
        .contains("espalier fine-tune --epochs 1 --fine-tune-epochs 1 --limit 60")
        .contains("**Validation accuracy ")
        .contains("| seed | 1 |")
        .contains("tensorflow 2.16.1 on cpu")
        .contains("curves.png");
  }

  @Test
  void theReportShowsTheImagesOfTheTrainingAndTheMistakes() throws IOException {
    String page = Files.readString(folder.resolve("run/report.html"));
    assertThat(page)
        .contains("<h1>efficientnet-narrow on shapes</h1>")
        .contains("Dashed lines divide the phases: the head on the frozen base (epochs 1 to 1)")
        .contains("id=\"confusion\"", "id=\"classes\"", "id=\"uncertain\"", "id=\"calibration\"")
        .contains("<dt>engine</dt><dd>tensorflow 2.16.1 on cpu")
        .contains("training.batch-size</dt><dd>20</dd>");
    String training =
        page.substring(page.indexOf("id=\"images\""), page.indexOf("id=\"settings\""));
    assertThat(training.split("<img ", -1)).hasSize(1 + 16);
  }

  @Test
  void anEvaluationIsReported() throws IOException {
    Path page = folder.resolve("evaluation.html");
    CommandRun run =
        CommandRun.of("evaluate", "--model", model(), "--limit", "20", "--report", page);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).endsWith("Report   " + page + "\n");
    assertThat(Files.readString(page)).contains("Confusion matrix", "20 images evaluated");
  }

  @Test
  void aRunIsComparedWithAnotherOne() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(
        other.resolve("results.json"),
        Files.readString(folder.resolve("run/results.json"))
            .replace("\"training.seed\": \"1\"", "\"training.seed\": \"2\""));
    Path page = folder.resolve("comparison.html");
    CommandRun run = CommandRun.of("compare", folder.resolve("run"), other, "--output", page);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("validation accuracy", "Settings that differ\ntraining.seed")
        .endsWith("\nPage     " + page + "\n");
    assertThat(Files.readString(page)).contains("Comparison of 2 runs");
    JsonObject json =
        JsonParser.parseString(
                CommandRun.of("compare", "--json", folder.resolve("run"), other).out())
            .getAsJsonObject();
    assertThat(json.getAsJsonObject("differences").getAsJsonArray("training.seed")).hasSize(2);
    CommandRun again = CommandRun.of("compare", folder.resolve("run"), other, "--output", page);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("exists already");
  }

  @Test
  void aReportThatCannotBeWrittenDoesNotLoseTheRun() {
    Path run = folder.resolve("unreported");
    // The callback's folder is where the report of the run would be.
    CommandRun trained =
        CommandRun.of(
            "fine-tune",
            "--epochs",
            "1",
            "--fine-tune-epochs",
            "0",
            "--limit",
            "20",
            "--validation-limit",
            "10",
            "--set",
            "callbacks.0.name=report",
            "--set",
            "callbacks.0.file=" + run.resolve("report.html/inner.html"),
            "--output",
            run);
    assertThat(trained.exitCode()).isZero();
    assertThat(trained.out())
        .contains("warning: The file " + run.resolve("report.html") + " cannot be written");
    assertThat(run.resolve("report.html/inner.html")).content().contains("Training report");
    assertThat(run.resolve("model.safetensors")).isNotEmptyFile();
    assertThat(run.resolve("results.json")).isNotEmptyFile();
  }

  @Test
  void thePictureOfTheCurvesIsAPicture() throws IOException {
    BufferedImage picture = ImageIO.read(folder.resolve("run/curves.png").toFile());
    assertThat(picture.getWidth()).isGreaterThan(1000);
    assertThat(picture.getRGB(0, 0)).isEqualTo(Color.WHITE.getRGB());
  }

  @Test
  void theTrainedModelIsEvaluated() {
    CommandRun run = CommandRun.of("evaluate", "--model", model(), "--limit", "20", "--json");
    assertThat(run.exitCode()).isZero();
    assertThat(JsonParser.parseString(run.out()).getAsJsonObject().keySet())
        .containsExactly(
            "dataset",
            "samples",
            "missingClasses",
            "accuracy",
            "loss",
            "top_k_categorical_accuracy");
    CommandRun other = CommandRun.of("evaluate", "--model", model(), "--dataset", "glyphs");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("has 40 classes that the model does not know: ");
  }

  @Test
  void predictsImagesOfAllFormatsAndReportsUnreadableOnes() throws IOException {
    Path png = picture("png", "a b.png");
    Path jpeg = picture("jpg", "photo.jpg");
    Path bmp = picture("bmp", "old.bmp");
    Path text = Files.writeString(folder.resolve("notes.png"), "not a picture");
    Path missing = folder.resolve("missing.jpg");
    CommandRun run =
        CommandRun.of("predict", "--model", model(), "--top", "2", png, text, jpeg, missing, bmp);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out().lines()).hasSize(9);
    assertThat(run.out()).containsSubsequence("a b.png\n", "photo.jpg\n", "old.bmp\n", " %\n");
    assertThat(run.err())
        .contains("error: ")
        .contains("notes.png")
        .contains("missing.jpg")
        .contains("[ESP-304]")
        .contains("[ESP-701]");
  }

  @Test
  void predictionsAsJsonHoldProbabilities() throws IOException {
    CommandRun run =
        CommandRun.of(
            "predict", "--model", model(), "--json", "--top", "99", picture("png", "x.png"));
    assertThat(run.exitCode()).isZero();
    JsonArray images = JsonParser.parseString(run.out()).getAsJsonArray();
    JsonArray classes = images.get(0).getAsJsonObject().getAsJsonArray("classes");
    assertThat(classes).hasSize(10);
    double sum = 0;
    for (var one : classes) {
      sum += one.getAsJsonObject().get("probability").getAsDouble();
    }
    assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
  }

  @Test
  void aModelFileHasASummaryToo() {
    CommandRun run = CommandRun.of("summary", "--model", model());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("head_bn").contains("pred");
  }

  @Test
  void trainingFromScratchWorksOnAModelByName() {
    CommandRun run =
        CommandRun.of(
            "train",
            "--epochs",
            "1",
            "--limit",
            "40",
            "--validation-limit",
            "10",
            "--quiet",
            "--output",
            folder.resolve("scratch"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines()).hasSize(8).first().asString().startsWith("Validation accuracy");
  }

  private static Path picture(String format, String name) throws IOException {
    BufferedImage image = new BufferedImage(90, 70, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.ORANGE);
    graphics.fillOval(20, 10, 50, 50);
    graphics.dispose();
    Path file = folder.resolve(name);
    ImageIO.write(image, format, file.toFile());
    return file;
  }

  /** What the guide on data promises: images of many sizes in folders. */
  @Nested
  class OwnImages {
    private static Path pets() {
      return folder.resolve("pets");
    }

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
      assertThat(one.err()).contains("unreadable files of pets/train: 1").contains("broken.jpg");
      assertThat(many.exitCode()).isZero();
      assertThat(history("many")).isEqualTo(history("one")).hasSize(3);
    }

    @Test
    void evaluationTakesTheSettingsOfTheDataFromAFile() throws IOException {
      Path file =
          Files.writeString(
              folder.resolve("pets.conf"),
              """
              espalier {
                data { name = image-folder, location = "%s", limit-per-class = 1 }
                data.skip-unreadable = true
                training.batch-size = 3
              }
              """
                  .formatted(pets()));
      CommandRun run =
          CommandRun.of("evaluate", "--model=efficientnet-narrow", "--config", file, "--json");

      assertThat(run.exitCode()).isZero();
      JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
      assertThat(json.get("dataset").getAsString()).as("it knows no data").isEqualTo("pets");
      assertThat(json.get("samples").getAsInt()).as("one of each class and split").isEqualTo(6);
      CommandRun more =
          CommandRun.of(
              "evaluate",
              "--model=efficientnet-narrow",
              "--config",
              file,
              "--json",
              "--split=train",
              "--set=data.limit-per-class=9",
              "--limit=5");
      assertThat(JsonParser.parseString(more.out()).getAsJsonObject().get("samples").getAsInt())
          .isEqualTo(5);
    }

    @Test
    void pictureThatCannotBeReadStopsTheRunWithItsName() {
      CommandRun run = fineTune("stopped");

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains("broken.jpg is not an image in a supported format.")
          .contains("[ESP-304]")
          .doesNotContain("\tat ");
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().startsWith("espalier-loader"));
    }
  }
}
