package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file says is what is done, and what was done can be done again by a file. */
class ConfigurationOfRunsTest {
  private static final String TRAINING =
      """
      espalier {
        engine = tensorflow
        model { name = efficientnet-narrow, image-size = 32 }
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

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
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

  @ParameterizedTest
  @ValueSource(strings = {"train", "fine-tune"})
  @Tag("native")
  void theFileThatARunLeavesRepeatsItExactly(String command) throws IOException {
    Path file = write("espalier.conf", TRAINING);
    // The recipe of a fine-tuning has schedules, which nothing else may lower.
    String setting = command.equals("train") ? "training.epochs=2" : "callbacks=";
    Path first = train(command, file, "first", "--set", setting);
    Path second = train(command, first.resolve("espalier.conf"), "second");
    assertThat(HistoryRows.withoutSeconds(second)).isEqualTo(HistoryRows.withoutSeconds(first));
    assertThat(second.resolve("espalier.conf"))
        .hasSameTextualContentAs(first.resolve("espalier.conf"));
    assertThat(second.resolve("model.safetensors").toFile().length()).isPositive();
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
    assertThat(right.out()).isEqualToIgnoringNewLines("22 settings, all of which fit.");
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
