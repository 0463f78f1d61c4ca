package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.callback.Callback;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Goal;
import dev.espalier.optimizer.Sgd;
import dev.espalier.schedule.ExponentialDecay;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.Span;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the loop does around the steps, with numbers written down instead of computed. */
class TrainerLoopTest extends ScriptedTraining {
  @Test
  void hooksComeInKerasOrderWithKerasLogs() throws Exception {
    // A batch of 2 with losses of 1, then a batch of 1 with a loss of 16: a mean of 6.
    engine.returning(
        (program, output, run, size) -> {
          boolean first = size == 2;
          if (output.equals("loss")) {
            return program.equals("train") ? (first ? 2 : 16) : 3;
          }
          return first ? 1 : 0;
        });
    Recorder recorder = new Recorder();
    try (Trainer trainer = trainer()) {
      trainer.fit(
          THREE, quiet(fit -> fit.epochs(2).batchSize(2).validation(THREE).callbacks(recorder)));
    }
    String golden;
    try (var stream = getClass().getResourceAsStream("hooks.txt")) {
      golden = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(String.join("\n", recorder.hooks) + "\n").isEqualTo(golden);
  }

  @Test
  void whatACallbackAddsToTheLogsIsInTheHistoryAndOnTheLine() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Callback adding =
        new Callback() {
          @Override
          public void onEpochEnd(EpochEnd event) {
            event.logs().put("temperature", 36.6);
          }
        };
    try (Trainer trainer = trainer()) {
      History history =
          trainer.fit(
              THREE,
              fit ->
                  fit.epochs(1)
                      .callbacks(adding)
                      .output(new PrintStream(bytes, true, StandardCharsets.UTF_8)));
      assertThat(history.last("temperature")).isEqualTo(36.6);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).strip())
        .matches(
            "1/1 - 0s - \\d+[mu]s/step - accuracy: 1.0000 - loss: 1.0000 - learning_rate: 0.1000 -"
                + " temperature: 36.6000");
  }

  @Test
  void aStopEndsTheEpochAtOnceAndStillValidates() {
    Recorder recorder = new Recorder();
    Callback stopping =
        new Callback() {
          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            if (event.batch() == 1) {
              event.control().requestStop("enough");
              event.control().requestStop("a later reason");
            }
          }
        };
    try (Trainer trainer = trainer()) {
      History history =
          trainer.fit(
              THREE,
              quiet(
                  fit ->
                      fit.epochs(5).batchSize(1).validation(THREE).callbacks(stopping, recorder)));
      assertThat(history.stopReason()).isEqualTo("enough");
      assertThat(history.epochs()).hasSize(1);
      assertThat(history.keys())
          .containsExactly("accuracy", "loss", "val_accuracy", "val_loss", "learning_rate");
      assertThat(recorder.hooks)
          .filteredOn(hook -> hook.startsWith("train batch begin"))
          .hasSize(2);
      assertThat(recorder.hooks.get(recorder.hooks.size() - 1)).startsWith("train end {accuracy");

      assertThat(trainer.fit(THREE, quiet(fit -> fit.epochs(2))).epochs())
          .as("the next fit is not stopped")
          .hasSize(2);
    }
  }

  @Test
  void aStopAtTheEndOfAnEpochEndsTraining() {
    Callback stopping =
        new Callback() {
          @Override
          public void onEpochEnd(EpochEnd event) {
            if (event.epoch() == 1) {
              event.control().requestStop("two are enough");
            }
          }
        };
    try (Trainer trainer = trainer()) {
      assertThat(trainer.fit(THREE, quiet(fit -> fit.epochs(9).callbacks(stopping))).epochs())
          .hasSize(2);
      assertThat(trainer.fit(THREE, quiet(fit -> fit.epochs(3))).epochs())
          .as("the stop is over")
          .hasSize(3);
    }
  }

  /** In a test, the standard output is no terminal. */
  @Test
  void nothingIsPrintedUnlessAskedFor() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try (Trainer trainer = trainer()) {
      trainer.fit(THREE, fit -> fit.epochs(2).validation(THREE));
      trainer.evaluate(THREE);
      trainer.predict(THREE);
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void validationComesWithTheGivenFrequency() {
    try (Trainer trainer = trainer()) {
      History everySecond =
          trainer.fit(THREE, quiet(fit -> fit.epochs(5).validation(THREE).validationFrequency(2)));
      assertThat(validated(everySecond)).containsExactly(1, 3);
      History chosen =
          trainer.fit(THREE, quiet(fit -> fit.epochs(5).validation(THREE).validationEpochs(1, 5)));
      assertThat(validated(chosen)).containsExactly(0, 4);
    }
  }

  private static List<Integer> validated(History history) {
    return history.epochs().stream()
        .filter(epoch -> epoch.values().containsKey("val_loss"))
        .map(History.Epoch::index)
        .toList();
  }

  @Test
  void epochsGoFromTheInitialOneToTheLast() {
    try (Trainer trainer = trainer()) {
      History history = trainer.fit(THREE, quiet(fit -> fit.initialEpoch(3).epochs(5)));
      assertThat(history.epochs()).extracting(History.Epoch::index).containsExactly(3, 4);
      assertThat(trainer.fit(THREE, quiet(fit -> fit.initialEpoch(5).epochs(5))).epochs())
          .isEmpty();
    }
  }

  @Test
  void theLearningRateIsFedAndMayBeChanged() {
    List<Double> seen = new ArrayList<>();
    Callback halving =
        new Callback() {
          @Override
          public void onEpochEnd(EpochEnd event) {
            seen.add(event.control().learningRate());
            event.control().setLearningRate(event.control().learningRate() / 2);
          }
        };
    try (Trainer trainer = trainer()) {
      History history = trainer.fit(THREE, quiet(fit -> fit.epochs(3).callbacks(halving)));
      assertThat(engine.runs)
          .extracting(run -> (float) run.get("learning_rate").item())
          .containsExactly(0.1f, 0.05f, 0.025f);
      assertThat(history.values("learning_rate"))
          .as("the logs hold the rate that the epoch used")
          .containsExactly((double) 0.1f, (double) 0.05f, (double) 0.025f);
      assertThat(seen.get(0)).isEqualTo(0.10000000149011612);

      trainer.fit(THREE, quiet(fit -> {}));
      assertThat((float) engine.runs.get(3).get("learning_rate").item())
          .as("a second fit goes on")
          .isEqualTo(0.0125f);
    }
  }

  @Test
  void aScheduleIsFollowedAndCannotBeSet() {
    LearningRateSchedule falling = progress -> 1.0 / (1 + progress.step());
    Callback setting =
        new Callback() {
          @Override
          public void onTrainBegin(TrainBegin event) {
            assertThat(event.control().learningRateAdjustable()).isFalse();
          }

          @Override
          public void onTrainEnd(TrainEnd event) {
            event.control().setLearningRate(1);
          }
        };
    TrainingConfig scheduled = config.with(settings -> settings.optimizer(Sgd.of(falling)));
    try (Trainer trainer = trainer(scheduled)) {
      assertThatThrownBy(
              () -> trainer.fit(THREE, quiet(fit -> fit.epochs(2).batchSize(2).callbacks(setting))))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
          .hasMessageContaining("follows a schedule")
          .hasMessageContaining("learning-rate = 0.01");
      assertThat(engine.runs)
          .extracting(run -> run.get("learning_rate").item())
          .satisfies(
              rates -> {
                assertThat(rates).hasSize(4);
                assertThat(rates.get(3)).isCloseTo(0.25, within(1e-7));
              });
    }
  }

  private List<Double> rates() {
    return engine.runs.stream().map(run -> run.get("learning_rate").item()).toList();
  }

  @Test
  void aScheduleKnowsHowManyStepsAnEpochOfTheFitHas() {
    LearningRateSchedule halving = ExponentialDecay.of(1, Span.epochs(1), 0.5).staircase(true);
    List<Double> seen = new ArrayList<>();
    Callback asking =
        new Callback() {
          @Override
          public void onTrainBegin(TrainBegin event) {
            seen.add(event.control().learningRate());
          }
        };
    TrainingConfig scheduled = config.with(settings -> settings.optimizer(Sgd.of(halving)));
    try (Trainer trainer = trainer(scheduled)) {
      trainer.fit(THREE, quiet(fit -> fit.epochs(2).batchSize(2).callbacks(asking)));
      assertThat(rates()).containsExactly(1., 1., 0.5, 0.5);
      trainer.fit(THREE, quiet(fit -> fit.batchSize(1).callbacks(asking)));
      assertThat(rates().subList(4, 7))
          .as("steps 4 to 6, 3 to an epoch")
          .containsExactly(0.5, 0.5, 0.25);
      assertThat(seen).as("before the first step of a fit").containsExactly(1., 0.5);
      trainer.changeOptimizer(Sgd.of(halving));
      trainer.fit(THREE, quiet(fit -> fit.batchSize(2)));
      assertThat(rates().subList(7, 9)).as("another optimizer starts anew").containsExactly(1., 1.);
    }
  }

  @Test
  void aScheduleThatGivesNoLearningRateIsNamedWithTheStep() {
    LearningRateSchedule broken = progress -> progress.step() < 2 ? 1 : Double.NaN;
    TrainingConfig scheduled = config.with(settings -> settings.optimizer(Sgd.of(broken)));
    try (Trainer trainer = trainer(scheduled)) {
      assertThatThrownBy(() -> trainer.fit(THREE, quiet(fit -> fit.epochs(2).batchSize(2))))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
          .hasMessageContaining("gives the learning rate NaN at step 2.")
          .hasMessageContaining("training.optimizer.learning-rate");
    }
  }

  @Test
  void directionsAreLookedUpAmongLossAndMetrics() {
    Callback asking =
        new Callback() {
          @Override
          public void onTrainBegin(TrainBegin event) {
            assertThat(event.control().goal("val_loss")).isEqualTo(Goal.MIN);
            assertThat(event.control().goal("accuracy")).isEqualTo(Goal.MAX);
            assertThat(event.control().goal("val_accuracy")).isEqualTo(Goal.MAX);
            assertThat(event.control().goal("val_f1")).isNull();
          }
        };
    try (Trainer trainer = trainer()) {
      trainer.fit(THREE, quiet(fit -> fit.callbacks(asking)));
    }
  }

  @Test
  void aCallbackThatFailsIsNamed() {
    Callback failing =
        new Callback() {
          @Override
          public void onEpochBegin(EpochBegin event) {
            throw new IllegalStateException("out of ink");
          }
        };
    try (Trainer trainer = trainer()) {
      assertThatThrownBy(() -> trainer.fit(THREE, quiet(fit -> fit.callbacks(failing))))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLBACK_FAILED))
          .hasMessageContaining("TrainerLoopTest$")
          .hasMessageContaining(
              "failed in onEpochBegin: java.lang.IllegalStateException: out of ink");
    }
  }

  @Test
  void eachProgramIsCompiledOnce() {
    try (Trainer trainer = trainer()) {
      for (int i = 0; i < 2; i++) {
        trainer.fit(THREE, quiet(fit -> fit.epochs(2).batchSize(2).validation(THREE)));
        trainer.evaluate(THREE, evaluate -> evaluate.verbosity(Verbosity.SILENT));
        trainer.predict(THREE, predict -> predict.verbosity(Verbosity.SILENT));
      }
      assertThat(engine.compiled)
          .extracting(program -> program.name())
          .containsExactly("train", "evaluate", "predict");
      trainer.changeModel(model -> model);
      trainer.fit(THREE, quiet(fit -> {}));
      assertThat(engine.compiled).as("nothing was frozen").hasSize(3);
    }
  }

  /** djl#621: what costs is each transfer, so there is one for a batch, not one for a sample. */
  @Test
  void aBatchGoesToTheEngineAsOneArray() {
    try (Trainer trainer = trainer()) {
      trainer.fit(SmallImages.constant(9, 0, 1, 2, 0, 1), quiet(fit -> fit.batchSize(2)));
    }
    assertThat(engine.runs)
        .extracting(fed -> Objects.requireNonNull(fed.get("image")).shape().size(0))
        .containsExactly(2, 2, 1);
  }

  @Test
  void aLossThatIsNoNumberIsWarnedOfOnceAndTrainingGoesOn() {
    engine.returning(
        (program, output, run, size) -> output.equals("loss") && run >= 4 ? Double.NaN : size);
    try (Trainer trainer = trainer()) {
      String logged =
          logged(
              () ->
                  assertThat(
                          trainer
                              .fit(THREE, quiet(fit -> fit.epochs(3).batchSize(1)))
                              .values("loss"))
                      .containsExactly(1.0, Double.NaN, Double.NaN));
      assertThat(logged).containsOnlyOnce("The loss is NaN at step 2 of epoch 2.");
    }
  }

  /** REFERENCE 5, row 10: accuracy stays near chance if images were scaled before. */
  @Test
  void imagesThatWereDividedBy255AreWarnedOf() {
    try (Trainer trainer = trainer()) {
      assertThat(logged(() -> trainer.fit(SmallImages.constant(1, 0, 1), quiet(fit -> {}))))
          .containsOnlyOnce("were the images already divided by 255?");
      assertThat(logged(() -> trainer.fit(SmallImages.constant(2, 0, 1), quiet(fit -> {}))))
          .doesNotContain("255");
    }
  }

  @Test
  void anEvaluationCallsTestHooksAndReturnsItsMetrics() {
    Recorder recorder = new Recorder();
    try (Trainer trainer = trainer()) {
      Evaluation logs =
          trainer.evaluate(
              THREE,
              evaluate ->
                  evaluate
                      .batchSize(2)
                      .dropRemainder(true)
                      .callbacks(recorder)
                      .verbosity(Verbosity.SILENT));
      assertThat(logs.values()).containsEntry("loss", 1.0).containsEntry("accuracy", 1.0);
    }
    assertThat(recorder.hooks)
        .containsExactly(
            "test begin, steps 1",
            "test batch begin 0",
            "test batch end 0 of 2 {accuracy=1.0, loss=1.0}",
            "test end {accuracy=1.0, loss=1.0}");
  }

  @Test
  void messagesOfCallbacksComeBeforeTheLineOfTheEpoch() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Callback talking =
        new Callback() {
          @Override
          public void onEpochEnd(EpochEnd event) {
            event.control().message("Epoch 1: something happened.");
          }
        };
    try (Trainer trainer = trainer()) {
      trainer.fit(
          THREE,
          fit ->
              fit.callbacks(talking).output(new PrintStream(bytes, true, StandardCharsets.UTF_8)));
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("Epoch 1: something happened."),
            line -> assertThat(line).startsWith("1/1 - "));
  }

  @Test
  void anInterruptEndsTrainingWithAnError() {
    Callback interrupting =
        new Callback() {
          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            Thread.currentThread().interrupt();
          }
        };
    try (Trainer trainer = trainer()) {
      assertThatThrownBy(
              () -> trainer.fit(THREE, quiet(fit -> fit.batchSize(1).callbacks(interrupting))))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
      assertThat(Thread.interrupted()).as("the flag is kept for the caller").isTrue();
    }
  }
}
