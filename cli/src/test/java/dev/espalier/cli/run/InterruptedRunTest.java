package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        data { name = glyphs, limit = 64, validation-limit = 16 }
        training {
          epochs = 2, batch-size = 8, seed = 7
          optimizer { name = sgd, learning-rate = 0.003, momentum = 0.5 }
        }
        fine-tuning { epochs = 2, optimizer { name = sgd, learning-rate = 0.001, momentum = 0.9 } }
        callbacks = [{ name = reduce-lr-on-plateau, monitor = loss, factor = 0.5, patience = 1 }]
        output.checkpoint-steps = 1
      }
      """;

  @TempDir Path folder;

  /** Runs whose process is killed, beside one that is left alone. */
  @Nested
  @Tag("native")
  class Killed {
    private static final PluginRegistry REGISTRY = PluginRegistry.discover();

    @TempDir static Path runs;

    private static Path whole() {
      return runs.resolve("whole");
    }

    @BeforeAll
    static void trainWithoutInterruption() throws IOException {
      CommandRun run = CommandRun.of((Object[]) fineTune(whole()));
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(names(whole())).doesNotContain("checkpoint-head.safetensors");
    }

    private static String[] fineTune(Path output) throws IOException {
      Path file = Files.writeString(runs.resolve("espalier.conf"), SETTINGS);
      return new String[] {"fine-tune", "--config", file.toString(), "--output", output.toString()};
    }

    private static List<String> names(Path run) throws IOException {
      try (Stream<Path> files = Files.list(run)) {
        return files.map(file -> file.getFileName().toString()).sorted().toList();
      }
    }

    private static void assertSameResult(Path run) throws IOException {
      assertThat(HistoryRows.withoutSeconds(run)).isEqualTo(HistoryRows.withoutSeconds(whole()));
      assertThat(names(run)).isEqualTo(names(whole()));
      for (String name : List.of("model.safetensors", "best.safetensors")) {
        ModelFile file = ModelFile.read(run.resolve(name), REGISTRY);
        ModelFile expected = ModelFile.read(whole().resolve(name), REGISTRY);
        assertThat(file.model().weights().differences(expected.model().weights()))
            .as(name)
            .isEmpty();
        assertThat(file.metadata().get("epoch")).isEqualTo(expected.metadata().get("epoch"));
      }
    }

    @ParameterizedTest
    @CsvSource({"head, 1", "fine-tune, 3"})
    void aFineTuningGoesOnInTheMiddleOfAnEpochOfEitherPhase(String phase, int epoch)
        throws Exception {
      Path killed = runs.resolve(phase);
      RunningCommand command = RunningCommand.start(runs, fineTune(killed));
      command.awaitCheckpoint(killed.resolve("checkpoint-" + phase + ".safetensors"), epoch, 2);
      command.kill();
      assertThat(killed.resolve("summary.md")).doesNotExist();
      CommandRun resumed =
          CommandRun.of("fine-tune", "--resume", killed, "--workers", "2", "--quiet");

      assertThat(resumed.exitCode()).as(resumed.err()).isZero();
      assertSameResult(killed);
      assertNamesACommandThatWorks(killed);
    }

    /** The run is complete, so that it cannot be resumed again. */
    private static void assertNamesACommandThatWorks(Path run) throws IOException {
      String command = "espalier fine-tune --config " + run.resolve("espalier.conf");
      assertThat(Files.readString(run.resolve("summary.md")))
          .contains("```\n" + command + "\n```")
          .doesNotContain("--resume");
      assertThat(ModelFile.read(run.resolve("model.safetensors"), REGISTRY).metadata())
          .containsEntry("command", command);
    }

    /** Its settings are written before its first checkpoint. */
    @Test
    void aRunThatWasKilledBeforeItsFirstCheckpointStartsAnew() throws Exception {
      Path killed = runs.resolve("killed");
      RunningCommand command = RunningCommand.start(runs, fineTune(killed));
      command.awaitLine("Phase 1 of 2");
      command.kill();
      Files.deleteIfExists(killed.resolve("checkpoint-head.safetensors"));
      Files.deleteIfExists(killed.resolve("checkpoint-head.safetensors.previous"));
      assertThat(CommandRun.of("train", "--resume", killed).err())
          .contains("was started by another command: espalier fine-tune.");
      CommandRun resumed = CommandRun.of("fine-tune", "--resume", killed, "--quiet");

      assertThat(resumed.exitCode()).as(resumed.err()).isZero();
      assertSameResult(killed);
    }

    @Test
    void aRunThatIsCompleteDoesNotGoOn() {
      CommandRun again = CommandRun.of("fine-tune", "--resume", whole());
      assertThat(again.exitCode()).isEqualTo(2);
      assertThat(again.err())
          .contains("There is no interrupted run in " + whole() + ": the run is complete.");
    }
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
