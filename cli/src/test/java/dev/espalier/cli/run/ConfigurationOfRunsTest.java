package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.cli.CommandRun;
import dev.espalier.cli.SmallModel;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file says is what is done, and what was done can be done again by a file. */
class ConfigurationOfRunsTest {
  private static final String TRAINING =
      """
      espalier {
        engine = tensorflow
        model { name = "MODEL", image-size = 32 }
        data { name = glyphs, limit = 48, validation-limit = 16 }
        training {
          epochs = 2, batch-size = 16, seed = 7
          optimizer { name = sgd, learning-rate = 0.003, momentum = 0.5 }
          metrics = [accuracy, { name = top-k-categorical-accuracy, k = 2 }]
        }
        callbacks = [{ name = reduce-lr-on-plateau, monitor = loss, factor = 0.5, patience = 1 }]
        output.quiet = true
      }
      """;

  /** What the command or the recipe says is left to them. */
  private static final String SHORT =
      """
      espalier {
        engine = tensorflow
        model { name = "MODEL", image-size = 32 }
        data { name = glyphs, limit = 48, validation-limit = 16 }
        training { batch-size = 16, seed = 7 }
        fine-tuning.recipe = quick
        output.quiet = true
      }
      """;

  @TempDir static Path models;

  private static Path model;

  @TempDir Path folder;

  @BeforeAll
  static void writeModel() {
    model = SmallModel.write(models.resolve("small.safetensors"), 40);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text.replace("MODEL", model.toString()));
  }

  private Path train(String command, Path configuration, String output, String... more) {
    List<Object> arguments = new ArrayList<>(List.of(command, "--config", configuration));
    arguments.addAll(List.of("--output", folder.resolve(output)));
    arguments.addAll(List.of(more));
    CommandRun run = CommandRun.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return folder.resolve(output);
  }

  private static double loss(String row) {
    return Double.parseDouble(row.split(",")[2]);
  }

  /** With the callbacks and schedules that the command or the recipe brings, and with others. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train     |",
        "train     | callbacks=",
        "train     | training.optimizer.learning-rate.name=cosine-decay;"
            + "training.optimizer.learning-rate.initial-learning-rate=0.1;"
            + "training.optimizer.learning-rate.epochs=1.5",
        "fine-tune | fine-tuning.recipe=quick",
        "fine-tune | fine-tuning.recipe=tutorial; model.name=efficientnet-narrow",
        "fine-tune | fine-tuning.recipe=few-images",
        "fine-tune | fine-tuning.callbacks=early-stopping",
        "fine-tune | callbacks=terminate-on-nan",
      })
  @Tag("native")
  void theFileThatARunLeavesRepeatsItExactly(String command, @Nullable String setting)
      throws IOException {
    Path file = write("espalier.conf", SHORT);
    List<String> more = new ArrayList<>(List.of("--set", "training.epochs=2"));
    if (command.equals("fine-tune")) {
      more.addAll(List.of("--set", "fine-tuning.epochs=2"));
    }
    for (String one : setting == null ? new String[0] : setting.split(";\\s*")) {
      more.addAll(List.of("--set", one));
    }
    Path first = train(command, file, "first", more.toArray(String[]::new));
    Path second = train(command, first.resolve("espalier.conf"), "second");
    assertThat(HistoryRows.withoutSeconds(second)).isEqualTo(HistoryRows.withoutSeconds(first));
    assertThat(second.resolve("espalier.conf"))
        .hasSameTextualContentAs(first.resolve("espalier.conf"));
    assertThat(weights(second).differences(weights(first))).isEmpty();
    assertThat(Files.readString(first.resolve("summary.md")))
        .contains("To repeat it: `espalier " + command + " --config " + first);
  }

  private static Weights weights(Path run) {
    return ModelFile.read(run.resolve("model.safetensors"), PluginRegistry.discover())
        .model()
        .weights();
  }

  private List<String> lines(Path run) throws IOException {
    return Files.readAllLines(run.resolve("espalier.conf")).stream().map(String::strip).toList();
  }

  @Test
  @Tag("native")
  void whatLowersTheLearningRateOfARecipeStandsInTheRecord() throws IOException {
    Path run =
        train(
            "fine-tune",
            write("espalier.conf", SHORT),
            "run",
            "--set",
            "fine-tuning.recipe=tutorial",
            "--set",
            "training.epochs=1",
            "--set",
            "fine-tuning.epochs=1");
    assertThat(lines(run))
        .containsSubsequence(
            "callbacks = [",
            "{ name = reduce-lr-on-plateau, monitor = val_loss, factor = 0.2, patience = 5, mode ="
                + " auto, min-delta = \"1.0E-4\", cooldown = 0, min-lr = \"1.0E-4\", verbose = false }",
            "fine-tuning.callbacks = [",
            "{ name = reduce-lr-on-plateau, monitor = val_loss, factor = 0.2, patience = 5, mode ="
                + " auto, min-delta = \"1.0E-4\", cooldown = 0, min-lr = \"1.0E-5\", verbose = false }");
    assertThat(Files.readString(run.resolve("summary.md")))
        .contains(
            "| callbacks of \"head\" | reduce-lr-on-plateau, monitor val_loss, factor 0.2, patience 5,")
        .contains("| learning rate of \"head\" | 0.2 |")
        .contains("| learning rate of \"fine-tune\" | 0.005 |");
  }

  @Test
  @Tag("native")
  void aLearningRateThatACallbackLoweredStandsInTheSummary() throws IOException {
    Path run =
        train(
            "train",
            write(
                "espalier.conf", TRAINING.replace("patience = 1", "patience = 1, min-delta = 99")),
            "run",
            "--set",
            "training.epochs=3");
    assertThat(Files.readString(run.resolve("summary.md")))
        .contains("| learning rate of \"train\" | 0.003, 0.0015 from epoch 3 on |");
  }

  @ParameterizedTest
  @CsvSource({
    "training.optimizer.learning-rate, fine-tuning.optimizer.learning-rate",
    "fine-tuning.optimizer.learning-rate, training.optimizer.learning-rate"
  })
  void aCallbackThatCannotLowerAScheduleNamesTheSettingToChangeBeforeAnythingIsTrained(
      String wrong, String right) throws IOException {
    Path file = write("espalier.conf", SHORT);
    CommandRun run =
        CommandRun.of(
            "fine-tune",
            "--config",
            file,
            "--output",
            folder.resolve("none"),
            "--set",
            "callbacks=reduce-lr-on-plateau",
            "--set",
            right + "=0.1");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("ReduceLROnPlateau in callbacks cannot set the learning rate of the phase")
        .contains(", which follows a schedule (" + wrong + " is cosine-decay).")
        .contains("Set " + wrong + " to a number, such as 0.01, or remove the callback.");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  @Tag("native")
  void theSettingThatIsNamedMakesAPlateauOfARecipeWithSchedules() throws IOException {
    Path run =
        train(
            "fine-tune",
            write("espalier.conf", SHORT),
            "run",
            "--set",
            "training.epochs=1",
            "--set",
            "fine-tuning.epochs=1",
            "--set",
            "callbacks=reduce-lr-on-plateau",
            "--set",
            "training.optimizer.learning-rate=0.04",
            "--set",
            "fine-tuning.optimizer.learning-rate=0.03");
    assertThat(Files.readString(run.resolve("summary.md")))
        .contains("| learning rate of \"head\" | 0.04 |")
        .contains("| learning rate of \"fine-tune\" | 0.03 |");
  }

  /** A number as the setting is constant; the option of the command changes one of the recipe. */
  @Test
  @Tag("native")
  void theScheduleOfARecipeStartsWithTheLearningRateOfTheOptionAndItsOptionsCanBeSet()
      throws IOException {
    Path run =
        train(
            "fine-tune",
            write("espalier.conf", SHORT),
            "run",
            "--epochs",
            "2",
            "--fine-tune-epochs",
            "1",
            "--learning-rate",
            "0.02",
            "--set",
            "fine-tuning.optimizer.learning-rate.alpha=0.5");
    assertThat(lines(run))
        .contains(
            "training.optimizer.learning-rate.name = cosine-decay",
            "training.optimizer.learning-rate.initial-learning-rate = 0.02",
            "training.optimizer.learning-rate.epochs = \"2.0\"",
            "fine-tuning.optimizer.learning-rate.initial-learning-rate = 0.05",
            "fine-tuning.optimizer.learning-rate.epochs = \"1.0\"",
            "fine-tuning.optimizer.learning-rate.alpha = 0.5");
  }

  @Test
  void anOptionOfEarlierVersionsNamesTheNewSetting() throws IOException {
    Path file =
        write(
            "old.conf",
            TRAINING.replace("momentum = 0.5", "momentum = 0.5, cosine-decay-steps = 100"));
    CommandRun run = CommandRun.of("config", "check", file);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("The optimizer sgd has no option \"cosine-decay-steps\" any more")
        .contains("training.optimizer.cosine-decay-steps, " + file + ", line 7")
        .contains("Write learning-rate { name = cosine-decay,");
  }

  @Test
  @Tag("native")
  void anotherOptimizerAndClippingAreSetOnTheCommandLine() throws IOException {
    String text = TRAINING.replace("epochs = 2", "epochs = 1").replaceFirst("optimizer .*", "");
    Path run =
        train(
            "train",
            write("espalier.conf", text),
            "adam",
            "--set",
            "training.optimizer=adamw",
            "--set",
            "training.optimizer.weight-decay=0.1",
            "--set",
            "training.gradient-clipping=global-norm 1",
            "--set",
            "callbacks=early-stopping, terminate-on-nan");
    assertThat(Files.readAllLines(run.resolve("espalier.conf")).stream().map(String::strip))
        .contains(
            "training.optimizer.name = adamw",
            "training.optimizer.learning-rate = 0.001",
            "training.optimizer.weight-decay = 0.1",
            "training.gradient-clipping = \"global-norm 1\"")
        .noneMatch(line -> line.contains("momentum"));
    assertThat(Files.readString(run.resolve("summary.md")))
        .contains("AdamW at 0.001, weight decay 0.1");
    assertThat(HistoryRows.withoutSeconds(run)).hasSize(2);
    assertThat(HistoryRows.withoutSeconds(train("train", run.resolve("espalier.conf"), "again")))
        .isEqualTo(HistoryRows.withoutSeconds(run));
  }

  /**
   * A fine-tuning, whose frozen statistics keep it calm: from random weights at this size, one bit
   * of one weight shows after a few steps, on one engine too.
   */
  @Test
  @Tag("native")
  void oneWordSwapsTheEngineAndTheLossesStay() throws IOException {
    String text =
        TRAINING.replace("callbacks", "fine-tuning { epochs = 1, optimizer = sgd }\n  callbacks");
    List<String> expected =
        HistoryRows.withoutSeconds(train("fine-tune", write("espalier.conf", text), "tensorflow"));
    assertThat(expected).hasSize(4);
    for (String engine : List.of("pytorch", "mxnet")) {
      Path file = write(engine + ".conf", text.replace("tensorflow", engine));
      List<String> rows = HistoryRows.withoutSeconds(train("fine-tune", file, engine));
      assertThat(Files.readString(folder.resolve(engine + "/espalier.conf")))
          .contains("engine = " + engine);
      for (int i = 1; i < rows.size(); i++) {
        assertThat(loss(rows.get(i))).isCloseTo(loss(expected.get(i)), within(1e-3));
      }
    }
  }

  @Test
  void aCheckNamesEverythingAndDoesNothing() throws IOException {
    Path file = write("wrong.conf", TRAINING.replace("epochs", "epoch").replace("k = 2", "k = 0"));
    CommandRun wrong = CommandRun.of("config", "check", file);
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("\"training.epoch\" (" + file + ", line 6)")
        .contains("training.metrics.1.k is \"0\" (" + file + ", line 8)");
    CommandRun right = CommandRun.of("config", "check", write("right.conf", TRAINING));
    assertThat(right.exitCode()).isZero();
    assertThat(right.out()).isEqualToIgnoringNewLines("22 settings are valid.");
  }

  @Test
  void whatHoldsIsShownWithWhereItWasMade() throws IOException {
    Path file = write("espalier.conf", TRAINING);
    CommandRun run = CommandRun.of("config", "show", file, "--set", "training.epochs=3");
    assertThat(run.out().lines())
        .contains(
            "engine = tensorflow  (" + file + ", line 2)",
            "training.epochs = 3  (--set)",
            "training.shuffle = true  (default)",
            "training.optimizer.momentum = 0.5  (" + file + ", line 7)",
            "training.optimizer.nesterov = false  (default)",
            "callbacks.0.patience = 1  (" + file + ", line 10)");
    assertThat(CommandRun.of("config", "show", file, "--given").out()).doesNotContain("(default)");
  }
}
