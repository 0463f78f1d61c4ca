package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.OwnImages;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which split serves for what, from the training to the evaluation. */
class SplitsOfRunsTest {
  @TempDir Path folder;

  private OwnImages pets;

  @BeforeEach
  void nameTheFolder() {
    pets = new OwnImages(folder.resolve("pets"));
  }

  private CommandRun fineTune(Path data, String output, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("fine-tune", "--dataset", "image-folder", "--data", data));
    arguments.addAll(List.of("--image-size", "32", "--epochs", "1", "--fine-tune-epochs", "0"));
    arguments.addAll(List.of("--batch-size", "4", "--output", folder.resolve(output)));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  private String summary(String output) throws IOException {
    return Files.readString(folder.resolve(output).resolve("summary.md"));
  }

  @Test
  @Tag("native")
  void theValidationSplitValidatesAndTheTestSplitIsMeasuredOnceAtTheEnd() throws IOException {
    pets.with("train", 4).with("val", 3).with("test", 2);
    CommandRun run = fineTune(pets.folder(), "run");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("8 training images, 6 validation images")
        .containsOnlyOnce("\nTest accuracy ")
        .contains("model.safetensors (epoch 1)")
        .contains("best.safetensors (epoch 1, the same weights)");
    assertThat(summary("run"))
        .contains("| validation data | pets/validation, 6 images")
        .contains("| test data | pets/test, 4 images")
        .contains("| test accuracy | test loss |");
  }

  @Test
  @Tag("native")
  void theTestSplitValidatesWhereThereIsNoOtherAndThatIsSaid() throws IOException {
    pets.with("train", 4).with("test", 2);
    CommandRun run = fineTune(pets.folder(), "run");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "note: there is no validation split, so that the training validates on pets/test.");
    assertThat(run.out()).doesNotContain("Test accuracy");
    assertThat(summary("run"))
        .contains("| validation data | pets/test, 4 images")
        .contains("| test data | none |");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n02", "n07"})
  @Tag("native")
  void fewImagesOfAClassAreEnough(String images) {
    CommandRun run = fineTune(SharedData.path("cases/few-per-class").resolve(images), "few");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("Validation accuracy").doesNotContain("NaN");
  }

  @Test
  void whatCannotBeValidatedIsRefused() throws IOException {
    pets.with("", 1);
    CommandRun run = fineTune(pets.folder(), "run");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("pets/train leaves nothing to validate on")
        .contains("Give a class two images or more")
        .contains("[ESP-302]");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"val", "test"})
  void aDamagedFileThatIsReadLateStopsTheRunBeforeItStarts(String split) throws IOException {
    pets.with("train", 2).with("val", 2).with("test", 2);
    pets.withBroken(split + "/disc/broken.png").withBroken(split + "/bar/torn.png");
    CommandRun run = fineTune(pets.folder(), "run");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("2 files to validate or test on cannot be read.")
        .contains("torn.png is not an image in a supported format.")
        .contains("broken.png is not an image in a supported format.")
        .contains("--skip-unreadable")
        .contains("[ESP-304]");
    assertThat(run.out()).isEmpty();
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aTrainingFileOfAnotherFormatThanItsNameSaysStopsTheRunBeforeItStarts() throws IOException {
    pets.with("train", 2).with("val", 2);
    Path heic = pets.folder().resolve("train/disc/photo.jpg");
    Files.write(heic, "\0\0\0\030ftypheic\0\0\0\0mif1".getBytes(StandardCharsets.ISO_8859_1));
    CommandRun run = fineTune(pets.folder(), "run");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("A file to train on cannot be read. " + heic + " is a HEIC image")
        .contains("--skip-unreadable")
        .contains("[ESP-304]");
    assertThat(run.out()).isEmpty();
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aMisspeltValueToChooseTheBestModelByIsRefusedAtTheStart() throws IOException {
    pets.with("train", 2).with("val", 2);
    CommandRun run =
        fineTune(pets.folder(), "run", "--set", "output.best-monitor=val_acuracy", "--quiet");

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err())
        .contains("The logs of this training have no value named \"val_acuracy\"")
        .contains("nearest first: val_accuracy")
        .contains("[ESP-604]");
  }

  private static Map<String, String> metadata(Path file) {
    return ModelFile.read(file, PluginRegistry.discover()).metadata();
  }

  /** The whole of a fine-tuning in which the first epoch is the best: later ones diverge. */
  @Test
  @Tag("native")
  void theBestModelIsKeptBesideTheLastThroughAllPhases() throws IOException {
    pets.with("train", 6).with("val", 3).with("test", 2);
    CommandRun run =
        fineTune(
            pets.folder(),
            "run",
            "--epochs",
            "2",
            "--fine-tune-epochs",
            "2",
            "--fine-tune-learning-rate",
            "30",
            "--quiet");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("The training diverged: the loss of its last epoch is NaN.")
        .contains("That of the best epoch is in " + folder.resolve("run/best.safetensors") + ".");
    List<String> rows = Files.readAllLines(folder.resolve("run/history.csv"));
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int epoch = 1; epoch < rows.size(); epoch++) {
      double loss = Double.parseDouble(rows.get(epoch).split(",")[4]);
      if (loss < least) {
        least = loss;
        best = epoch;
      }
    }
    assertThat(best).as(rows.toString()).isBetween(1, 2);
    assertThat(metadata(folder.resolve("run/best.safetensors")))
        .containsEntry("epoch", Integer.toString(best))
        .containsEntry("data", "pets/train")
        .containsKeys("command", "seed");
    assertThat(run.out())
        .contains("best.safetensors (epoch " + best + ")")
        .contains("model.safetensors (epoch 4, the last)")
        .contains("after epoch " + best + ", the best by val_loss")
        .contains(", of the best; ");
    assertThat(summary("run"))
        .contains("| best by val_loss, `best.safetensors` | " + best + " |")
        .contains("| last, `model.safetensors` | 4 |");
  }

  private CommandRun evaluate(Path model, Path data, String... more) {
    List<Object> arguments = new ArrayList<>(List.of("evaluate", "--model", model));
    arguments.addAll(List.of("--dataset", "image-folder", "--data", data, "--json"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  private static String evaluated(CommandRun run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    var json = JsonParser.parseString(run.out()).getAsJsonObject();
    return json.get("dataset").getAsString() + " " + json.get("samples").getAsInt();
  }

  @Test
  @Tag("native")
  void aFolderOfItsOwnIsEvaluatedAsAWholeAndThatOfTheTrainingIsNot() throws IOException {
    pets.with("", 10);
    CommandRun run = fineTune(pets.folder(), "run", "--seed", "7", "--quiet");
    assertThat(run.exitCode()).as(run.err()).isZero();
    Path model = folder.resolve("run/best.safetensors");
    Path others = new OwnImages(folder.resolve("others")).with("", 3).folder();

    CommandRun separate = evaluate(model, others);
    assertThat(evaluated(separate)).isEqualTo("others 6");
    assertThat(separate.err()).isEmpty();
    assertThat(evaluated(evaluate(model, others, "--split", "train"))).isEqualTo("others/train 4");

    CommandRun own = evaluate(model, pets.folder());
    assertThat(evaluated(own)).isEqualTo("pets/test 2");
    assertThat(own.err())
        .isEqualToIgnoringNewLines(
            "note: the model was trained on pets, so that only its test split is evaluated."
                + " --split all takes all of it.");
    assertThat(own.out())
        .as("divided as in the training")
        .isEqualTo(evaluate(model, pets.folder(), "--seed", "7").out());
    assertThat(evaluated(evaluate(model, pets.folder(), "--split", "all"))).isEqualTo("pets 20");
  }

  @Test
  @Tag("native")
  void allSplitsOfAnyDataSetCanBeEvaluated() {
    CommandRun run =
        CommandRun.of(
            "evaluate",
            "--model",
            "efficientnet-narrow",
            "--split",
            "all",
            "--limit",
            "6",
            "--json");

    assertThat(evaluated(run)).isEqualTo("shapes 6");
  }
}
