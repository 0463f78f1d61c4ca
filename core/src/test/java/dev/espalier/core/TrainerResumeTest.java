package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.callbacks.EarlyStopping;
import dev.espalier.callbacks.ReduceLrOnPlateau;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import dev.espalier.training.AdamW;
import dev.espalier.training.Callback;
import dev.espalier.training.CallbackState;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.Losses;
import dev.espalier.training.Metrics;
import dev.espalier.training.Sgd;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that ends in the middle and goes on in another trainer. */
class TrainerResumeTest {
  private static final Dataset IMAGES = SmallImages.colours(22);
  private static final int BATCH = 4;
  private static final int STEPS = 6;
  private static final int EPOCHS = 4;

  @TempDir Path folder;

  private static final TrainingConfig CONFIG =
      TrainingConfig.of(
          config ->
              config
                  .seed(3)
                  .optimizer(Sgd.of(0.05).momentum(0.9))
                  .loss(Losses.categoricalCrossentropy())
                  .metrics(Metrics.accuracy()));

  /** Noise that differs from epoch to epoch and from image to image. */
  private static final Augmentation NOISE =
      (image, random) -> {
        byte[] pixels = new byte[image.height() * image.width() * image.channels()];
        image.copyTo(pixels, 0);
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (byte) ((pixels[i] & 0xf8) + random.nextInt(8));
        }
        return Image.wrap(image.height(), image.width(), image.channels(), pixels);
      };

  /** Ends the training like a power failure would, at the start of a step. */
  private static final class PowerFailure implements Callback {
    private final int epoch;
    private final int step;
    private int now;

    private PowerFailure(int epoch, int step) {
      this.epoch = epoch;
      this.step = step;
    }

    static PowerFailure at(int epoch, int step) {
      return new PowerFailure(epoch, step);
    }

    @Override
    public void onEpochBegin(EpochBegin event) {
      now = event.epoch();
    }

    @Override
    public void onTrainBatchBegin(BatchBegin event) {
      if (now == epoch && event.batch() == step) {
        throw new IllegalStateException("the lights go out");
      }
    }
  }

  /** What is left of a training. */
  private record Result(Weights weights, Weights slots, History history) {}

  private Path file() {
    return folder.resolve("checkpoint.safetensors");
  }

  private static Result train(
      EngineProvider engine, TrainingConfig config, Consumer<FitOptions.Builder> settings) {
    try (Trainer trainer = Trainer.of(SmallImages.network(), config, Engines.with(engine))) {
      History history =
          trainer.fit(
              IMAGES,
              fit -> {
                fit.epochs(EPOCHS)
                    .batchSize(BATCH)
                    .augmentations(NOISE)
                    .validation(SmallImages.colours(9))
                    .verbosity(Verbosity.SILENT);
                settings.accept(fit);
              });
      return new Result(trainer.weights(), trainer.optimizerSlots(), history);
    }
  }

  private static ReduceLrOnPlateau plateau() {
    // Every epoch is one without improvement, so what is counted matters.
    return ReduceLrOnPlateau.on("val_loss").factor(0.5).patience(2).minDelta(10);
  }

  private BackupAndRestore backup(int steps) {
    return BackupAndRestore.to(file()).everySteps(steps);
  }

  private void assertPowerFailure(
      EngineProvider engine, TrainingConfig config, Consumer<FitOptions.Builder> settings) {
    assertThatThrownBy(() -> train(engine, config, settings)).hasMessageContaining("lights go out");
    assertThat(file()).exists();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void batchesAreTheSameBitByBitAfterAnInterruptionInMidEpochWithAnyNumberOfWorkers(int workers) {
    ScriptedEngine whole = new ScriptedEngine();
    train(whole, CONFIG, fit -> fit.workers(1));
    ScriptedEngine before = new ScriptedEngine();
    assertPowerFailure(
        before, CONFIG, fit -> fit.workers(workers).callbacks(backup(1), PowerFailure.at(1, 3)));
    ScriptedEngine after = new ScriptedEngine();
    train(after, CONFIG, fit -> fit.workers(workers).callbacks(backup(1)));

    assertThat(whole.trainingSteps).hasSize(EPOCHS * STEPS).doesNotHaveDuplicates();
    List<String> steps = new ArrayList<>(before.trainingSteps);
    assertThat(steps).hasSize(STEPS + 3);
    steps.addAll(after.trainingSteps);
    assertThat(steps).isEqualTo(whole.trainingSteps);
  }

  @ParameterizedTest
  @CsvSource({"0,0,2", "0,1,1", "1,0,2", "1,3,2", "1,5,1", "2,3,5", "3,5,1"})
  @Tag("native")
  void theResultIsTheSameBitByBitWhereverItWasInterrupted(int epoch, int step, int every) {
    EngineProvider engine = new TensorFlowEngineProvider();
    Result whole = train(engine, CONFIG, fit -> fit.callbacks(plateau()));
    assertThat(whole.history().values("learning_rate")).contains((double) 0.025f);
    assertPowerFailure(
        engine,
        CONFIG,
        fit -> fit.callbacks(plateau(), backup(every), PowerFailure.at(epoch, step)));
    Result resumed = train(engine, CONFIG, fit -> fit.callbacks(plateau(), backup(every)));

    assertThat(resumed.weights().differences(whole.weights())).isEmpty();
    assertThat(resumed.slots().differences(whole.slots())).isEmpty();
    assertThat(resumed.history()).isEqualTo(whole.history());
    assertThat(file()).as("the checkpoint of a training that is over").doesNotExist();
  }

  @Test
  @Tag("native")
  void theResultIsTheSameAfterManyInterruptions() {
    EngineProvider engine = new TensorFlowEngineProvider();
    Result whole = train(engine, CONFIG, fit -> fit.callbacks(plateau()));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      PowerFailure failure = PowerFailure.at(epoch, 2 + epoch % 3);
      assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(plateau(), backup(2), failure));
    }
    Result resumed = train(engine, CONFIG, fit -> fit.callbacks(plateau(), backup(2)));

    assertThat(resumed.weights().differences(whole.weights())).isEmpty();
    assertThat(resumed.history()).isEqualTo(whole.history());
  }

  /** Adam counts its steps in a slot, and early stopping carries the weights of the best epoch. */
  @Test
  @Tag("native")
  void slotsThatCountAndWeightsThatACallbackKeepsComeBack() {
    EngineProvider engine = new TensorFlowEngineProvider();
    TrainingConfig config = CONFIG.with(c -> c.optimizer(AdamW.of(0.02)));
    Supplier<EarlyStopping> stopping =
        () -> EarlyStopping.on("val_loss").patience(1).minDelta(10).restoreBestWeights(true);
    Result whole = train(engine, config, fit -> fit.callbacks(stopping.get()));
    assertThat(whole.history().epochs()).as("it stops").hasSize(2);
    assertPowerFailure(
        engine, config, fit -> fit.callbacks(stopping.get(), backup(2), PowerFailure.at(1, 3)));
    Result resumed = train(engine, config, fit -> fit.callbacks(stopping.get(), backup(2)));

    assertThat(resumed.weights().differences(whole.weights())).isEmpty();
    assertThat(resumed.slots().differences(whole.slots())).isEmpty();
    assertThat(resumed.history()).isEqualTo(whole.history());
  }

  @Test
  void hooksOfARunThatGoesOnInMidEpochBeginWithItsEpoch() {
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(2, 4)));
    List<String> hooks = new ArrayList<>();
    Callback recorder =
        new Callback() {
          @Override
          public void onEpochBegin(EpochBegin event) {
            hooks.add("epoch " + event.epoch());
          }

          @Override
          public void onTrainBatchBegin(BatchBegin event) {
            hooks.add("step " + event.batch());
          }

          @Override
          public void onEpochEnd(EpochEnd event) {
            hooks.add("end");
          }
        };
    train(engine, CONFIG, fit -> fit.callbacks(backup(1), recorder));

    assertThat(hooks)
        .containsExactly(
            "epoch 2", "step 4", "step 5", "end", "epoch 3", "step 0", "step 1", "step 2", "step 3",
            "step 4", "step 5", "end");
  }

  /** A schedule that multiplies would be applied twice if the epoch's begin were to count again. */
  @Test
  void whatAnEpochsBeginSetsIsNotSetTwice() {
    Callback halving =
        new Callback() {
          @Override
          public void onEpochBegin(EpochBegin event) {
            event.control().setLearningRate(event.control().learningRate() / 2);
          }
        };
    ScriptedEngine whole = new ScriptedEngine();
    train(whole, CONFIG, fit -> fit.callbacks(halving));
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(
        engine, CONFIG, fit -> fit.callbacks(halving, backup(1), PowerFailure.at(1, 2)));
    train(engine, CONFIG, fit -> fit.callbacks(halving, backup(1)));

    assertThat(engine.trainingSteps).isEqualTo(whole.trainingSteps);
  }

  @Test
  void theProgressLineGoesOnWhereItStopped() {
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(3, 4)));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    train(
        engine,
        CONFIG,
        fit ->
            fit.callbacks(backup(1))
                .verbosity(Verbosity.LINE)
                .output(new PrintStream(printed, true, StandardCharsets.UTF_8)));

    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).isEqualTo("Epoch 4/4"))
        .anySatisfy(
            line ->
                assertThat(line).isEqualTo("Going on from " + file() + " at epoch 4, step 5 of 6."))
        .anySatisfy(line -> assertThat(line).startsWith("6/6 - "));
  }

  @Test
  void aTrainingThatWasCompleteReturnsItsHistoryAtOnce() {
    ScriptedEngine engine = new ScriptedEngine();
    BackupAndRestore kept = BackupAndRestore.to(file()).keptAtEnd(true);
    History history = train(engine, CONFIG, fit -> fit.callbacks(kept)).history();
    int steps = engine.trainingSteps.size();
    assertThat(file()).exists();

    assertThat(train(engine, CONFIG, fit -> fit.callbacks(kept)).history()).isEqualTo(history);
    assertThat(engine.trainingSteps).hasSize(steps);
    assertThat(train(engine, CONFIG, fit -> fit.epochs(EPOCHS + 1).callbacks(kept)).history())
        .satisfies(longer -> assertThat(longer.epochs()).hasSize(EPOCHS + 1));
    assertThat(engine.trainingSteps).as("one epoch more").hasSize(steps + STEPS);
  }

  @Test
  void aCheckpointIsAModelFile() {
    assertPowerFailure(
        new ScriptedEngine(), CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)));
    ModelFile read = ModelFile.read(file(), PluginRegistry.discover());

    assertThat(read.classNames()).containsExactly("red", "green", "blue");
    assertThat(read.model().variables()).hasSameSizeAs(SmallImages.network().variables());
    assertThat(read.metadata()).isEmpty();
  }

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
        "the optimizer kept stem_conv/kernel/momentum, and does not now.",
        () ->
            train(
                engine,
                CONFIG.with(c -> c.optimizer(Sgd.of(0.05))),
                fit -> fit.callbacks(backup(1))));
    others.put(
        "dropping the remainder was false and is true",
        () -> train(engine, CONFIG, fit -> fit.dropRemainder(true).callbacks(backup(1))));
    others.put(
        "the number of samples was 22 and is 21",
        () -> fitAnother(engine, CONFIG, Datasets.take(IMAGES, 21), false));
    others.put(
        "the size of images was 8x8x3 and is 9x9x3",
        () -> fitAnother(engine, CONFIG, SmallImages.colours(22, 9), false));
    others.put(
        "6 weights do not learn that did, such as stem_conv/kernel",
        () -> fitAnother(engine, CONFIG, IMAGES, true));
    others.forEach(
        (difference, training) -> {
          int steps = engine.trainingSteps.size();
          assertThatThrownBy(training::run)
              .isInstanceOfSatisfying(
                  EspalierException.class,
                  e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING);
                    assertThat(e.problem())
                        .startsWith("The checkpoint " + file() + " is of another training: ")
                        .contains(difference);
                    assertThat(e.remedy()).contains("delete the checkpoint to start anew");
                  });
          assertThat(engine.trainingSteps).as("nothing was trained").hasSize(steps);
        });
    assertThat(file()).as("the checkpoint is still there").exists();
  }

  private void fitAnother(
      ScriptedEngine engine, TrainingConfig config, Dataset dataset, boolean frozen) {
    var model = SmallImages.network();
    try (Trainer trainer =
        Trainer.of(
            frozen ? model.freeze("stem*").freeze("block1*") : model,
            config,
            Engines.with(engine))) {
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

    assertThatThrownBy(() -> train(engine, CONFIG, fit -> fit.callbacks(backup(1))))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
              assertThat(e.problem()).contains(file().toString());
              assertThat(e.remedy()).contains("Delete it to start anew");
            });
  }

  @Test
  void aModelFileIsNoCheckpoint() {
    ScriptedEngine engine = new ScriptedEngine();
    try (Trainer trainer = Trainer.of(SmallImages.network(), CONFIG, Engines.with(engine))) {
      ModelFile.save(file(), trainer.model(), List.of(), Map.of());
    }
    assertThatThrownBy(() -> train(engine, CONFIG, fit -> fit.callbacks(backup(1))))
        .hasMessageContaining("is not a checkpoint: it does not say where training was")
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
        .contains("No checkpoint was written; training goes on. The file " + place);
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

  /** Adds up what it is told and says how often it was asked. */
  private static final class Counter implements Callback {
    int batches;

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      batches++;
    }

    @Override
    public CallbackState state() {
      return CallbackState.of(Map.of("batches", Integer.toString(batches)));
    }

    @Override
    public void restoreState(CallbackState state) {
      batches = state.wholeNumber("batches");
    }
  }

  @Test
  void callbacksOfOneClassGetBackWhatEachCarried() {
    ScriptedEngine engine = new ScriptedEngine();
    Counter first = new Counter();
    Counter second = new Counter();
    second.batches = 100;
    assertPowerFailure(
        engine, CONFIG, fit -> fit.callbacks(first, second, backup(1), PowerFailure.at(0, 3)));
    Counter third = new Counter();
    Counter fourth = new Counter();
    assertPowerFailure(
        engine, CONFIG, fit -> fit.callbacks(backup(1), third, fourth, PowerFailure.at(0, 4)));

    assertThat(third.batches).isEqualTo(4);
    assertThat(fourth.batches).isEqualTo(104);
  }

  @Test
  void aCallbackThatIsMissingIsToldAbout() {
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(
        engine, CONFIG, fit -> fit.callbacks(new Counter(), backup(1), PowerFailure.at(0, 3)));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    train(
        engine,
        CONFIG,
        fit ->
            fit.callbacks(backup(1))
                .verbosity(Verbosity.LINE)
                .output(new PrintStream(printed, true, StandardCharsets.UTF_8)));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains(
            "The checkpoint holds what a callback "
                + Counter.class.getName()
                + " carried, but there is no such callback now.");
  }

  @Test
  void afterARequestToStopNothingIsBackedUp() {
    ScriptedEngine engine = new ScriptedEngine();
    Callback stopping =
        new Callback() {
          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            if (event.batch() == 2) {
              event.control().requestStop("the loss is NaN");
            }
          }
        };
    train(
        engine,
        CONFIG,
        fit -> fit.callbacks(stopping, BackupAndRestore.to(file()).everySteps(1).keptAtEnd(true)));
    train(engine, CONFIG, fit -> fit.callbacks(BackupAndRestore.to(file()).everySteps(1)));

    List<String> steps = engine.trainingSteps;
    assertThat(steps.get(2)).as("the step after which it stopped").isEqualTo(steps.get(3));
  }
}
