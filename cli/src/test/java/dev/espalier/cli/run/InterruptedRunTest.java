package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.cli.Main;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fine-tuning whose process is killed goes on from its folder. The threads of TensorFlow are
 * those of the first session of a process, and its sums depend on them in the last bit; so they are
 * not set here, where one part runs in a process of its own and another in that of the tests.
 */
class InterruptedRunTest {
  private static final String SETTINGS =
      """
      espalier {
        engine = tensorflow
        model { name = efficientnet-narrow, image-size = 32 }
        data { name = glyphs, limit = 96, validation-limit = 16 }
        training {
          epochs = 2, batch-size = 8, seed = 7
          optimizer { name = sgd, learning-rate = 0.003, momentum = 0.5 }
        }
        fine-tuning { epochs = 3, optimizer { name = sgd, learning-rate = 0.001, momentum = 0.9 } }
        callbacks = [{ name = reduce-lr-on-plateau, monitor = loss, factor = 0.5, patience = 1 }]
        output { checkpoint-steps = 1, quiet = true }
      }
      """;

  @TempDir Path folder;

  private List<String> fineTune(Path output) throws IOException {
    Path file = Files.writeString(folder.resolve("espalier.conf"), SETTINGS);
    return List.of("fine-tune", "--config", file.toString(), "--output", output.toString());
  }

  /** Starts the command in a process of its own and kills it as soon as a file is there. */
  private void killWhenThereIs(Path file, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    File log = folder.resolve("log.txt").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    try {
      while (!Files.exists(file)) {
        assertThat(process.isAlive()).as(() -> text(log)).isTrue();
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    assertThat(process.exitValue()).as("killed, not ended").isNotZero();
  }

  private static String text(File file) {
    try {
      return Files.readString(file.toPath());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static CommandRun run(List<String> arguments) {
    return CommandRun.of(arguments.toArray());
  }

  private static List<String> names(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertSameResult(Path run, Path whole) throws IOException {
    assertThat(HistoryRows.withoutSeconds(run)).isEqualTo(HistoryRows.withoutSeconds(whole));
    assertThat(names(run)).isEqualTo(names(whole));
    PluginRegistry registry = PluginRegistry.discover();
    for (String name : List.of("model.safetensors", "best.safetensors")) {
      ModelFile file = ModelFile.read(run.resolve(name), registry);
      ModelFile expected = ModelFile.read(whole.resolve(name), registry);
      assertThat(file.model().weights().differences(expected.model().weights())).as(name).isEmpty();
      assertThat(file.metadata().get("epoch")).isEqualTo(expected.metadata().get("epoch"));
    }
  }

  @Test
  @Tag("native")
  void aKilledFineTuningGoesOnInTheMiddleOfAnEpochOfEitherPhase() throws Exception {
    Path whole = folder.resolve("whole");
    CommandRun run = run(fineTune(whole));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(names(whole)).doesNotContain("checkpoint-head.safetensors");

    for (String phase : List.of("head", "fine-tune")) {
      Path killed = folder.resolve(phase);
      killWhenThereIs(killed.resolve("checkpoint-" + phase + ".safetensors"), fineTune(killed));
      assertThat(killed.resolve("summary.md")).doesNotExist();
      CommandRun resumed =
          run(List.of("fine-tune", "--resume", killed.toString(), "--workers", "2"));

      assertThat(resumed.exitCode()).as(resumed.err()).isZero();
      assertSameResult(killed, whole);
      assertNamesACommandThatWorks(killed);
    }

    CommandRun again = run(List.of("fine-tune", "--resume", whole.toString()));
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err())
        .contains("There is no interrupted run in " + whole + ": the run is complete.");
  }

  /** The run is complete, so that it cannot be resumed again. */
  private static void assertNamesACommandThatWorks(Path run) throws IOException {
    String command = "espalier fine-tune --config " + run.resolve("espalier.conf");
    assertThat(Files.readString(run.resolve("summary.md")))
        .contains("```\n" + command + "\n```")
        .doesNotContain("--resume");
    assertThat(
            ModelFile.read(run.resolve("model.safetensors"), PluginRegistry.discover()).metadata())
        .containsEntry("command", command);
  }

  /** Its settings are written before its first checkpoint. */
  @Test
  @Tag("native")
  void aRunThatWasKilledBeforeItsFirstCheckpointStartsAnew() throws Exception {
    Path killed = folder.resolve("killed");
    killWhenThereIs(killed.resolve("espalier.conf"), fineTune(killed));
    Files.deleteIfExists(killed.resolve("checkpoint-head.safetensors"));
    Files.deleteIfExists(killed.resolve("checkpoint-head.safetensors.previous"));
    assertThat(CommandRun.of("train", "--resume", killed).err())
        .contains("was started by another command: espalier fine-tune.");
    CommandRun resumed = run(List.of("fine-tune", "--resume", killed.toString()));

    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    Path whole = folder.resolve("whole");
    assertThat(run(fineTune(whole)).exitCode()).isZero();
    assertSameResult(killed, whole);
  }

  private Path interrupted() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(run.resolve("espalier.conf"), SETTINGS);
    Files.writeString(run.resolve("checkpoint-head.safetensors"), "damaged");
    return run;
  }

  private static void assertRefused(CommandRun run, String problem, String remedy) {
    assertThat(run.err()).contains(problem).contains(remedy);
    assertThat(run.exitCode()).isNotZero();
  }

  @Test
  void whatIsNoInterruptedRunIsSaid() throws IOException {
    Path none = folder.resolve("none");
    assertRefused(
        CommandRun.of("train", "--resume", none),
        "There is no interrupted run in " + none + ": there is no such folder.",
        "Name the folder of a run that was interrupted");
    assertRefused(
        CommandRun.of("train", "--resume", folder),
        "There is no interrupted run in " + folder + ": it has no espalier.conf.",
        "or start a new one without --resume");
    Path early = interrupted();
    Files.delete(early.resolve("checkpoint-head.safetensors"));
    assertRefused(
        CommandRun.of("train", "--resume", early),
        "it has no checkpoint, so nothing has been trained yet",
        "start a new one");
  }

  @Test
  void theSettingsOfAnInterruptedRunStay() throws IOException {
    Path run = interrupted();
    assertRefused(
        CommandRun.of("fine-tune", "--resume", run, "--epochs", "9"),
        "training.epochs cannot be changed (--epochs) in a run that goes on: its settings are in "
            + run.resolve("espalier.conf"),
        "Leave it out, or start a new run.");
    assertRefused(
        CommandRun.of("fine-tune", "--resume", run, "--set", "training.seed=9"),
        "training.seed cannot be changed (--set)",
        "Leave it out");
    assertRefused(
        CommandRun.of("fine-tune", "--resume", run, "--output", folder.resolve("other")),
        "--output and --resume do not go together",
        "in its folder");
    assertRefused(
        CommandRun.of("fine-tune", "--resume", run, "--config", folder.resolve("other.conf")),
        "--config and --resume do not go together",
        "with the settings there");
  }

  @Test
  void anotherCommandIsRefused() throws IOException {
    Path run = interrupted();
    assertRefused(
        CommandRun.of("train", "--resume", run),
        "was started by another command: it has " + run.resolve("checkpoint-head.safetensors"),
        "espalier train or espalier fine-tune");
  }

  @Test
  @Tag("native")
  void aDamagedCheckpointIsNamed() throws IOException {
    Path run = interrupted();
    assertRefused(
        CommandRun.of("fine-tune", "--resume", run),
        "The file " + run.resolve("checkpoint-head.safetensors") + " is damaged",
        "Delete it to start over");
    assertThat(run.resolve("checkpoint-head.safetensors")).hasContent("damaged");
  }
}
