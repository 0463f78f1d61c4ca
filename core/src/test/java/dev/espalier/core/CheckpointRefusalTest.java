package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callback.TrainingControl;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.data.CroppedResizing;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Checkpoints that cannot be gone on from, and places where none can be written. */
class CheckpointRefusalTest extends InterruptedTraining {
  @Test
  void whatIsNotTheSameTrainingIsRefusedByName() {
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)));
    Map<String, Runnable> others = new TreeMap<>();
    others.put(
        "the seed was 3 and is 4",
        () -> train(engine, CONFIG.with(c -> c.seed(4)), fit -> fit.callbacks(backup(1))));
    others.put(
        "the batch size was 4 and is 2; ",
        () -> train(engine, CONFIG, fit -> fit.batchSize(2).shuffle(false).callbacks(backup(1))));
    others.put(
        "shuffling was true and is false",
        () -> train(engine, CONFIG, fit -> fit.shuffle(false).callbacks(backup(1))));
    others.put(
        "optimizer.momentum was 0.9 and is 0.0",
        () ->
            train(
                engine,
                CONFIG.with(c -> c.optimizer(Sgd.of(0.05))),
                fit -> fit.callbacks(backup(1))));
    others.put(
        "dropping incomplete batches was false and is true",
        () -> train(engine, CONFIG, fit -> fit.dropRemainder(true).callbacks(backup(1))));
    others.put(
        "the number of samples was 22 and is 21",
        () -> fitAnother(engine, CONFIG, Datasets.take(IMAGES, 21), model -> model));
    others.put(
        "the size of images was 8x8x3 and is 9x9x3",
        () -> fitAnother(engine, CONFIG, SmallImages.colours(22, 9), model -> model));
    others.put(
        "6 weights are not trainable that were, such as stem_conv/kernel",
        () -> fitAnother(engine, CONFIG, IMAGES, model -> model.freeze("stem*").freeze("block1*")));
    others.put(
        "the size of images was 8x8x3 and is 8x8x3, bicubic 0.5",
        () ->
            fitAnother(
                engine,
                CONFIG,
                IMAGES,
                model ->
                    model.withInferenceSettings(
                        InferenceSettings.defaults()
                            .withResizing(CroppedResizing.of("bicubic 0.5")))));
    others.forEach(
        (difference, training) -> {
          int steps = engine.trainingSteps.size();
          assertThatThrownBy(training::run)
              .isInstanceOfSatisfying(
                  EspalierException.class,
                  e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING);
                    assertThat(e.problem())
                        .startsWith("The checkpoint " + file() + " belongs to another training: ")
                        .contains(difference);
                    assertThat(e.remedy()).contains("delete the checkpoint to start over");
                  });
          assertThat(engine.trainingSteps).as("nothing was trained").hasSize(steps);
        });
    assertThat(file()).as("the checkpoint is still there").exists();
  }

  private void fitAnother(
      ScriptedEngine engine, TrainingConfig config, Dataset dataset, UnaryOperator<Model> change) {
    try (Trainer trainer =
        Trainer.of(change.apply(SmallImages.network()), config, Engines.with(engine))) {
      trainer.fit(
          dataset, fit -> fit.batchSize(BATCH).verbosity(Verbosity.SILENT).callbacks(backup(1)));
    }
  }

  @Test
  void aDamagedCheckpointIsRefusedAndSaysWhatToDo() throws IOException {
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)));
    byte[] bytes = Files.readAllBytes(file());
    Files.write(file(), java.util.Arrays.copyOf(bytes, bytes.length - 8));
    Files.delete(TrainingControl.previousCheckpoint(file()));

    assertThatThrownBy(() -> train(engine, CONFIG, fit -> fit.callbacks(backup(1))))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
              assertThat(e.problem()).contains(file().toString());
              assertThat(e.remedy()).contains("Delete it to start over");
            });
  }

  /** Damage that leaves the file readable: one bit of one weight. */
  private static void flipABit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 10] ^= 4;
    Files.write(file, bytes);
  }

  @Test
  void theCheckpointBeforeTheLastIsUsedWhenThatIsDamaged() throws IOException {
    ScriptedEngine whole = new ScriptedEngine();
    train(whole, CONFIG, fit -> {});
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 3)));
    Path previous = TrainingControl.previousCheckpoint(file());
    assertThat(previous).hasFileName("checkpoint.safetensors.previous").exists();
    flipABit(file());
    int before = engine.trainingSteps.size();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    // The damaged one must not take the place of the good one.
    assertPowerFailure(
        engine,
        CONFIG,
        fit ->
            fit.callbacks(backup(1), PowerFailure.at(1, 3))
                .verbosity(Verbosity.LINE)
                .output(new PrintStream(printed, true, StandardCharsets.UTF_8)));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("The file " + file() + " is damaged or has unexpected content")
        .contains("its checksum is ")
        .contains("The one before it is used instead.")
        .contains("Resuming from " + previous + " at epoch 2, step 3 of 6.");
    assertThat(engine.trainingSteps.subList(before, before + 1))
        .as("the step after the checkpoint before the last")
        .isEqualTo(whole.trainingSteps.subList(STEPS + 2, STEPS + 3));
    assertThat(dev.espalier.core.internal.file.CheckpointFile.read(previous).step()).isEqualTo(2);
    Files.delete(file());
    train(engine, CONFIG, fit -> fit.callbacks(backup(1)));
    assertThat(engine.trainingSteps.subList(before + 1, engine.trainingSteps.size()))
        .isEqualTo(whole.trainingSteps.subList(STEPS + 2, EPOCHS * STEPS));
    assertThat(file()).doesNotExist();
    assertThat(previous).doesNotExist();
  }

  @Test
  void twoDamagedCheckpointsAreRefused() throws IOException {
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 3)));
    flipABit(file());
    flipABit(TrainingControl.previousCheckpoint(file()));
    assertThatThrownBy(() -> train(engine, CONFIG, fit -> fit.callbacks(backup(1))))
        .hasMessageContaining("The file " + file() + " is damaged")
        .hasMessageContaining("Delete it to start over");
  }

  @Test
  void aModelFileIsNoCheckpoint() {
    ScriptedEngine engine = new ScriptedEngine();
    try (Trainer trainer = Trainer.of(SmallImages.network(), CONFIG, Engines.with(engine))) {
      ModelFile.save(file(), trainer.model());
    }
    assertThatThrownBy(() -> train(engine, CONFIG, fit -> fit.callbacks(backup(1))))
        .hasMessageContaining("is not a checkpoint: it has no training state")
        .hasMessageContaining("load it as a model");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsRefusedBeforeTheFirstStep() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "no folder");
    ScriptedEngine engine = new ScriptedEngine();

    assertThatThrownBy(
            () ->
                train(
                    engine,
                    CONFIG,
                    fit -> fit.callbacks(BackupAndRestore.to(blocked.resolve("c.safetensors")))))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE));
    assertThat(engine.trainingSteps).isEmpty();
  }

  @Test
  void aCheckpointThatCannotBeWrittenLaterDoesNotEndTheTraining() {
    Path place = folder.resolve("disk").resolve("checkpoint.safetensors");
    Callback pullsTheDisk =
        new Callback() {
          @Override
          public void onEpochBegin(EpochBegin event) {
            try {
              if (event.epoch() == 1) {
                Files.delete(place);
                Files.delete(TrainingControl.previousCheckpoint(place));
                Files.delete(place.getParent());
                Files.writeString(place.getParent(), "gone", StandardOpenOption.CREATE_NEW);
              }
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    ScriptedEngine engine = new ScriptedEngine();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Result result =
        train(
            engine,
            CONFIG,
            fit ->
                fit.callbacks(BackupAndRestore.to(place).keptAtEnd(true), pullsTheDisk)
                    .verbosity(Verbosity.LINE)
                    .output(new PrintStream(printed, true, StandardCharsets.UTF_8)));

    assertThat(result.history().epochs()).hasSize(EPOCHS);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("No checkpoint was written; training continues. The file " + place);
  }

  @Test
  void trainingCannotGoOnFromACheckpointOnceItHasBegun() {
    Callback late =
        new Callback() {
          @Override
          public void onEpochBegin(EpochBegin event) {
            event.control().resumeFrom(file());
          }
        };
    assertThatThrownBy(() -> train(new ScriptedEngine(), CONFIG, fit -> fit.callbacks(late)))
        .hasMessageContaining("Training has begun")
        .hasMessageContaining("Call resumeFrom in onTrainBegin");
  }
}
