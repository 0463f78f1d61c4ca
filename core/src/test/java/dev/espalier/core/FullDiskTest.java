package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A training in a process whose files the operating system cuts off at a size, so that a checkpoint
 * that has grown fails while it is written, as on a full disk.
 */
@DisabledOnOs(OS.WINDOWS) // has no such limit
class FullDiskTest extends InterruptedTraining {
  /** Between the small checkpoints and the large ones, whichever blocks a shell means. */
  private static final int BLOCKS_PER_FILE = 1024;

  private static final int GROWS_IN = 2;

  /** Adds more than a megabyte to checkpoints, from an epoch on. */
  private static final class Growth implements Callback {
    private boolean grown;

    @Override
    public void onEpochBegin(EpochBegin event) {
      grown = event.epoch() >= GROWS_IN;
    }

    @Override
    public CallbackState state() {
      int elements = 300_000;
      return grown
          ? CallbackState.of(Map.of("grown", "yes"))
              .withWeights(
                  Weights.of(
                      Map.of("growth", HostArray.wrap(Shape.of(elements), new float[elements]))))
          : CallbackState.none();
    }
  }

  /** The process whose disk is full. */
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
                  new Growth(),
                  BackupAndRestore.to(Path.of(arguments[0])).everySteps(1).keptAtEnd(true)));
    }
  }

  /** Returns the exit code. */
  private int trainOnAFullDisk() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f " + BLOCKS_PER_FILE + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Training.class.getName(),
                file().toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("output"));
  }

  @Test
  void theLastGoodCheckpointStaysAndTrainingContinues() throws Exception {
    int exitCode = trainOnAFullDisk();

    assertThat(exitCode).as(output()).isZero();
    assertThat(output())
        .contains("No checkpoint was written; training continues.")
        .contains("The file " + file() + " cannot be written: ")
        .doesNotContain("Exception");
    assertThat(folder.toFile().list())
        .as("nothing half written")
        .containsExactlyInAnyOrder(
            "checkpoint.safetensors", "checkpoint.safetensors.previous", "output");
    ScriptedEngine whole = new ScriptedEngine();
    Result expected = train(whole, CONFIG, fit -> fit.callbacks(plateau()));
    ScriptedEngine resumed = new ScriptedEngine();
    Result result =
        train(resumed, CONFIG, fit -> fit.callbacks(plateau(), new Growth(), backup(1)));
    assertThat(resumed.trainingSteps).hasSize((EPOCHS - GROWS_IN) * STEPS);
    assertThat(whole.trainingSteps).endsWith(resumed.trainingSteps.toArray(String[]::new));
    assertThat(result.history()).isEqualTo(expected.history());
  }
}
