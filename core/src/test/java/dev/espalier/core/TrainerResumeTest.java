package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.callbacks.EarlyStopping;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Sgd;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.WarmUp;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that ends in the middle and goes on in another trainer. */
class TrainerResumeTest extends InterruptedTraining {
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

  /** The learning rate is fed to each step, so a schedule that starts anew would show in it. */
  @ParameterizedTest
  @CsvSource({"0,2", "1,3", "2,0"})
  void aScheduleGoesOnWhereItWas(int epoch, int step) {
    assertScheduleGoesOn(CosineDecay.of(0.1, EPOCHS * STEPS), epoch, step);
  }

  @ParameterizedTest
  @CsvSource({"0,2", "1,3", "2,0"})
  void aScheduleInEpochsGoesOnWhereItWas(int epoch, int step) {
    assertScheduleGoesOn(
        WarmUp.over(Span.epochs(1.5), CosineDecay.of(0.1, Span.epochs(EPOCHS - 1.5))), epoch, step);
  }

  private void assertScheduleGoesOn(LearningRateSchedule schedule, int epoch, int step) {
    TrainingConfig config = CONFIG.with(c -> c.optimizer(Sgd.of(schedule).momentum(0.9)));
    ScriptedEngine whole = new ScriptedEngine();
    Result expected = train(whole, config, fit -> {});
    assertThat(expected.history().values("learning_rate")).doesNotHaveDuplicates();
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(
        engine, config, fit -> fit.callbacks(backup(1), PowerFailure.at(epoch, step)));
    Result resumed = train(engine, config, fit -> fit.callbacks(backup(1)));

    assertThat(engine.trainingSteps).isEqualTo(whole.trainingSteps);
    assertThat(resumed.history()).isEqualTo(expected.history());
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
                assertThat(line).isEqualTo("Resuming from " + file() + " at epoch 4, step 5 of 6."))
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
            "The checkpoint holds what a callback TrainerResumeTest$Counter saved, but there is no such callback now.");
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
