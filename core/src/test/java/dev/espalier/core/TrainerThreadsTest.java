package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callback.TrainingControl;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.Verbosity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A trainer is used by one thread at a time; any thread may close it. */
class TrainerThreadsTest extends ScriptedTraining {
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.verbosity(Verbosity.SILENT));

  private final ExecutorService other =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "other"));

  @AfterEach
  void stop() {
    other.shutdownNow();
  }

  /** Does something in another thread while this one is in the hook of a batch. */
  private final class InAnotherThread implements Callback {
    private final Consumer<TrainingControl> work;

    InAnotherThread(Consumer<TrainingControl> work) {
      this.work = work;
    }

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      if (event.batch() == 0) {
        await(other.submit(() -> work.accept(event.control())));
      }
    }
  }

  private static void await(Future<?> result) {
    try {
      result.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertFails(ErrorCode code, ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EspalierException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  private static Map<String, ThrowingCallable> calls(Trainer trainer) {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("fit", () -> trainer.fit(THREE, quiet(fit -> {})));
    calls.put("evaluate", () -> trainer.evaluate(THREE, QUIET));
    calls.put("predict", () -> trainer.predict(THREE, QUIET));
    calls.put("featurize", () -> trainer.featurize(THREE, "head", QUIET));
    calls.put("model", trainer::model);
    calls.put("weights", trainer::weights);
    calls.put("setWeights", () -> trainer.setWeights(model().weights()));
    calls.put("changeModel", () -> trainer.changeModel(model -> model));
    calls.put("changeOptimizer", () -> trainer.changeOptimizer(Sgd.of(0.2)));
    calls.put("optimizerSlots", trainer::optimizerSlots);
    return calls;
  }

  private static Map<String, ThrowingCallable> calls(TrainingControl control) {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("model", control::model);
    calls.put("weights", control::weights);
    calls.put("setWeights", () -> control.setWeights(model().weights()));
    calls.put("variable", () -> control.variable("head/kernel"));
    calls.put("optimizerSlots", control::optimizerSlots);
    calls.put("setLearningRate", () -> control.setLearningRate(1));
    calls.put("evaluate", () -> control.evaluate(THREE));
    calls.put("predict", () -> control.predict(THREE));
    calls.put("predictOutputs", () -> control.predictOutputs(THREE));
    return calls;
  }

  @Test
  void eachCallOfAnotherThreadIsRefusedWhileOneTrains() {
    try (Trainer trainer = trainer()) {
      trainer.fit(
          THREE,
          quiet(
              fit ->
                  fit.callbacks(
                      new InAnotherThread(
                          control ->
                              calls(trainer)
                                  .forEach(
                                      (name, call) ->
                                          assertFails(
                                              ErrorCode.TRAINER_IN_USE,
                                              call,
                                              "the thread \""
                                                  + Thread.currentThread().getName()
                                                  + "\" called "
                                                  + name
                                                  + ".",
                                              "is in fit",
                                              "give each thread its own trainer"))))));
      assertThat(trainer.config()).isEqualTo(config);
      await(other.submit(trainer::weights));
    }
  }

  @Test
  void whatACallbackHandsToAnotherThreadIsRefusedThereExceptForAStop() {
    try (Trainer trainer = trainer()) {
      assertThat(
              trainer
                  .fit(
                      THREE,
                      quiet(
                          fit ->
                              fit.epochs(5)
                                  .batchSize(1)
                                  .callbacks(
                                      new InAnotherThread(
                                          control -> {
                                            calls(control)
                                                .forEach(
                                                    (name, call) ->
                                                        assertFails(
                                                            ErrorCode.TRAINER_IN_USE,
                                                            call,
                                                            "called TrainingControl."
                                                                + name
                                                                + "."));
                                            control.requestStop("the button");
                                          }))))
                  .stopReason())
          .isEqualTo("the button");
    }
  }

  @Test
  void aCallbackMayCallItsTrainer() {
    Map<String, Object> results = new LinkedHashMap<>();
    try (Trainer trainer = trainer()) {
      trainer.fit(
          THREE,
          quiet(
              fit ->
                  fit.callbacks(
                      new Callback() {
                        @Override
                        public void onEpochEnd(EpochEnd event) {
                          results.put("weights", trainer.weights());
                          results.put("evaluate", trainer.evaluate(THREE, QUIET));
                          results.put("predict", trainer.predict(THREE, QUIET));
                        }
                      })));
    }
    assertThat(results).hasSize(3);
  }

  @Test
  void closingFromAnotherThreadEndsATrainingWithAnErrorThatSaysSo() {
    Trainer trainer = trainer();
    assertFails(
        ErrorCode.CLOSED,
        () ->
            trainer.fit(
                THREE,
                quiet(
                    fit ->
                        fit.epochs(5)
                            .batchSize(1)
                            .callbacks(new InAnotherThread(control -> trainer.close())))),
        "The thread \"other\" closed the trainer while \""
            + Thread.currentThread().getName()
            + "\" was in fit.",
        "requestStop");
    assertThat(engine.openSessions).isZero();
    assertThat(engine.openEngines).isZero();
    trainer.close();
    assertThat(engine.openSessions).as("closed once").isZero();
    calls(trainer)
        .values()
        .forEach(call -> assertFails(ErrorCode.CLOSED, call, "The trainer is closed."));
  }

  @Test
  void aCallbackMayCloseItsTrainer() {
    Trainer trainer = trainer();
    assertFails(
        ErrorCode.CLOSED,
        () ->
            trainer.fit(
                THREE,
                quiet(
                    fit ->
                        fit.batchSize(1)
                            .callbacks(
                                new Callback() {
                                  @Override
                                  public void onTrainBatchEnd(BatchEnd event) {
                                    trainer.close();
                                  }
                                }))),
        "The trainer is closed.");
    assertThat(engine.openExecutables).isZero();
    assertThat(engine.openSessions).isZero();
  }

  /** Keeps a worker waiting that reads the second sample. */
  private record Slow(CountDownLatch asked, CountDownLatch goOn) implements Dataset {
    @Override
    public String name() {
      return "slow";
    }

    @Override
    public int size() {
      return 3;
    }

    @Override
    public List<String> classNames() {
      return THREE.classNames();
    }

    @Override
    public Sample get(int index) {
      if (index == 1 && Thread.currentThread().getName().startsWith("espalier-loader")) {
        asked.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      return new Sample(
          Image.wrap(
              SmallImages.SIDE,
              SmallImages.SIDE,
              3,
              new byte[SmallImages.SIDE * SmallImages.SIDE * 3]),
          index);
    }
  }

  @Test
  void closingAndInterruptingEndACallThatWaitsForItsData() throws InterruptedException {
    for (ErrorCode ending : List.of(ErrorCode.CLOSED, ErrorCode.INTERRUPTED)) {
      Slow slow = new Slow(new CountDownLatch(1), new CountDownLatch(1));
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Trainer trainer = trainer();
      Thread training =
          new Thread(
              () -> {
                try {
                  trainer.fit(slow, quiet(fit -> fit.batchSize(1).shuffle(false)));
                } catch (EspalierException e) {
                  failure.set(e);
                }
              });
      training.start();
      slow.asked().await();
      if (ending == ErrorCode.CLOSED) {
        trainer.close();
      } else {
        training.interrupt();
      }
      slow.goOn().countDown();
      training.join();
      trainer.close();
      assertThat(failure.get())
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(ending));
    }
  }
}
