package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A training in a process of its own, which is killed while it writes a checkpoint. The script
 * {@code benchmarks/run-kills} does the same to whole commands at random moments.
 */
class KilledTrainingTest extends InterruptedTraining {
  /** What makes a checkpoint so large that it takes a while to write. */
  private static final int ELEMENTS = 1 << 21;

  /** Carries an array in checkpoints. */
  private static final class Ballast implements Callback {
    private final HostArray array = HostArray.wrap(Shape.of(ELEMENTS), new float[ELEMENTS]);

    @Override
    public CallbackState state() {
      return CallbackState.of(Map.of("steps", "1"))
          .withWeights(Weights.of(Map.of("ballast", array)));
    }
  }

  /** The process that is killed. */
  static final class Training {
    private Training() {}

    /** Takes the file of the checkpoint. */
    public static void main(String[] arguments) {
      train(
          new ScriptedEngine(),
          CONFIG,
          fit ->
              fit.callbacks(
                  plateau(),
                  new Ballast(),
                  BackupAndRestore.to(Path.of(arguments[0])).everySteps(1)));
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Training.class.getName(),
            file().toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private List<Path> written() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".part")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills the process while a checkpoint is written after so many were. */
  private void killWhileWriting(Process process, int checkpoints) throws Exception {
    int seen = 0;
    Path last = null;
    while (process.isAlive()) {
      List<Path> now = written();
      if (!now.isEmpty() && !now.get(0).equals(last)) {
        last = now.get(0);
        if (seen++ == checkpoints) {
          break;
        }
      }
      Thread.sleep(1);
    }
    process.destroyForcibly().waitFor();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("output"))).isEqualTo(137);
  }

  /** The second kill meets what the first one left behind. */
  @Test
  void goesOnFromTheLastCompleteCheckpoint() throws Exception {
    ScriptedEngine whole = new ScriptedEngine();
    Result expected = train(whole, CONFIG, fit -> fit.callbacks(plateau()));
    killWhileWriting(start(), 1);
    killWhileWriting(start(), 3);

    ScriptedEngine resumed = new ScriptedEngine();
    Result result =
        train(resumed, CONFIG, fit -> fit.callbacks(plateau(), new Ballast(), backup(1)));

    assertThat(resumed.trainingSteps).isNotEmpty();
    assertThat(whole.trainingSteps).endsWith(resumed.trainingSteps.toArray(String[]::new));
    assertThat(result.history()).isEqualTo(expected.history());
    assertThat(written()).as("what the killed processes were writing").isEmpty();
  }
}
