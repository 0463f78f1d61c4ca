package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.callback.Callback;
import dev.espalier.callback.TrainingControl;
import dev.espalier.core.Trainer;
import dev.espalier.core.distributed.WorkerSettings;
import dev.espalier.core.distributed.WorkerTimes;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Sample;
import dev.espalier.engine.Strategy;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
@ExtendWith(SparkCluster.class)
class SparkTrainerTest {
  @TempDir static Path folder;

  record Result(Weights weights, History history) {}

  /** What one process with two devices gives. */
  static Result expected(
      WorkerSettings<TrainingConfig.Builder> settings,
      WorkerSettings<FitOptions.Builder> options,
      Callback... callbacks) {
    TrainingConfig config =
        TrainingConfig.of(settings).with(more -> more.strategy(Strategy.mirrored("cpu", "cpu")));
    try (Trainer trainer = Trainer.of(TestTraining.model(), config)) {
      History history =
          trainer.fit(
              TestTraining.images(25),
              options,
              fit -> fit.validation(TestTraining.images(9)).callbacks(callbacks));
      return new Result(trainer.weights(), history);
    }
  }

  static void assertSame(SparkTrainer trainer, History history, Result expected) {
    assertSame(trainer.weights(), expected.weights());
    assertThat(history.keys()).isEqualTo(expected.history().keys());
    for (String name : history.keys()) {
      List<Double> wanted = expected.history().values(name);
      assertThat(history.values(name)).as(name).hasSameSizeAs(wanted);
      for (int i = 0; i < wanted.size(); i++) {
        assertThat(history.values(name).get(i)).as(name).isEqualTo(wanted.get(i), within(2e-5));
      }
    }
  }

  private static void assertSame(Weights actual, Weights expected) {
    expected
        .asMap()
        .forEach(
            (name, array) -> {
              HostArray found = actual.get(name);
              for (int i = 0; i < array.elementCount(); i++) {
                assertThat(found.at(i)).as(name).isEqualTo(array.at(i), within(2e-5));
              }
            });
  }

  /** Sets the learning rate, and stops before the last epoch. */
  private static final class Steering implements Callback {
    @Override
    public void onEpochEnd(EpochEnd event) {
      TrainingControl control = event.control();
      control.setLearningRate(control.learningRate() / 2);
      if (event.epoch() == 1) {
        control.requestStop("enough");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet"})
  void executorsTrainAsOneProcess(String engine, SparkSession session) {
    Result expected = expected(TestTraining.on(engine), TestTraining.FIT, new Steering());
    try (SparkTrainer trainer =
        SparkTrainer.of(session, 2, TestTraining.model(), TestTraining.on(engine))) {
      History history = trainer.fit(TestTraining.DATA, TestTraining.FIT, new Steering());
      assertSame(trainer, history, expected);
      assertThat(history.epochs()).hasSize(2);
      assertThat(history.stopReason()).isEqualTo("enough");
      assertThat(trainer.restarts()).isZero();
      assertThat(trainer.workerTimes())
          .hasSize(2)
          .allSatisfy(
              times -> {
                assertThat(times.worker()).matches("executor \\d+ on 127\\.0\\.0\\.1");
                assertThat(times.steps()).isEqualTo(10);
              });
    }
  }

  @Test
  void executorsAverageWhatTheyHaveTrainedAlone(SparkSession session) {
    Result expected = expected(TestTraining.PLAIN, TestTraining.ONE_STEP);
    try (SparkTrainer trainer =
        SparkTrainer.of(
            session,
            2,
            TestTraining.model(),
            TestTraining.PLAIN,
            options -> options.stepsPerExchange(5))) {
      assertSame(trainer, trainer.fit(TestTraining.DATA, TestTraining.ONE_STEP), expected);
    }
  }

  /**
   * What trainers in turn give.
   *
   * @param loss of the second epoch
   */
  private record Averaged(Weights weights, double loss) {}

  /**
   * What two trainers give that train each their half of every batch alone, in one process, and
   * take the means of their weights after every second step.
   */
  private static Averaged averagedInTurn() {
    Dataset images = TestTraining.images(4 * TestTraining.BATCH);
    int half = TestTraining.BATCH / 2;
    double loss = 0;
    TrainingConfig config = TrainingConfig.of(TestTraining.PLAIN);
    try (Trainer first = Trainer.of(TestTraining.deterministic(), config);
        Trainer second = Trainer.of(TestTraining.deterministic(), config)) {
      for (int exchange = 0; exchange < 4; exchange++) {
        int batch = exchange % 2 * 2 * TestTraining.BATCH;
        for (Trainer each : List.of(first, second)) {
          int own = batch + (each == first ? 0 : half);
          List<Sample> samples =
              IntStream.range(0, TestTraining.BATCH)
                  .map(i -> own + i % half + i / half * TestTraining.BATCH)
                  .mapToObj(images::get)
                  .toList();
          History history =
              each.fit(
                  Datasets.of("half", images.classNames(), samples),
                  fit -> fit.batchSize(half).shuffle(false).verbosity(Verbosity.SILENT));
          loss += exchange < 2 ? 0 : history.values("loss").get(0) / 4;
        }
        Weights mean = mean(first.weights(), second.weights());
        first.setWeights(mean);
        second.setWeights(mean);
      }
      return new Averaged(first.weights(), loss);
    }
  }

  private static Weights mean(Weights one, Weights other) {
    Map<String, HostArray> means = new HashMap<>();
    one.asMap()
        .forEach(
            (name, array) -> {
              float[] values = new float[array.elementCount()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((array.at(i) + other.get(name).at(i)) / 2);
              }
              means.put(name, HostArray.wrap(array.shape(), values));
            });
    return Weights.of(means);
  }

  @Test
  void executorsExchangeWeightsAfterEverySecondStep(SparkSession session) {
    Averaged expected = averagedInTurn();
    try (SparkTrainer trainer =
        SparkTrainer.of(
            session,
            2,
            TestTraining.deterministic(),
            TestTraining.PLAIN,
            options -> options.stepsPerExchange(2).stepsPerRound(4))) {
      History history = trainer.fit(TestTraining.DATA, TestTraining.IN_ORDER);
      assertSame(trainer.weights(), expected.weights());
      assertThat(history.values("loss").get(1)).isEqualTo(expected.loss(), within(2e-5));
    }
    try (SparkTrainer trainer =
        SparkTrainer.of(session, 2, TestTraining.deterministic(), TestTraining.PLAIN)) {
      trainer.fit(TestTraining.DATA, TestTraining.IN_ORDER);
      assertThat(trainer.weights().differences(expected.weights())).isNotEmpty();
    }
  }

  @Test
  void anEngineThatOnlyTheDriverHasIsNamedWithTheWorker(SparkSession session) {
    try (SparkTrainer trainer =
        SparkTrainer.of(session, 2, TestTraining.model(), TestTraining.on("driver-only"))) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> trainer.fit(TestTraining.DATA, TestTraining.FIT))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME))
          .withMessageMatching(
              "Worker 1 of 2, executor \\d+ on 127\\.0\\.0\\.1: There is no engine named"
                  + " \"driver-only\"\\..*");
      assertThat(trainer.restarts()).isZero();
    }
  }

  /** Kills one of the executors, which are the Java processes that this one has started. */
  static void killExecutor() {
    ProcessHandle executor =
        ProcessHandle.current()
            .children()
            .filter(process -> process.info().command().filter(c -> c.endsWith("java")).isPresent())
            .findFirst()
            .orElseThrow();
    assertThat(executor.destroyForcibly()).isTrue();
    executor.onExit().join();
  }

  @Test
  void aTrainingGoesOnAfterAnExecutorWasKilled(SparkSession session) {
    Result expected = expected(TestTraining.CONFIG, TestTraining.FIT);
    Path begun = folder.resolve("begun");
    CompletableFuture<Void> killed =
        CompletableFuture.runAsync(
            () -> {
              while (!Files.exists(begun)) {
                sleep();
              }
              killExecutor();
            });
    try (SparkTrainer trainer =
        SparkTrainer.of(
            session,
            2,
            TestTraining.model(),
            TestTraining.CONFIG,
            options -> options.restarts(1))) {
      History history = trainer.fit(TestTraining.DATA, TestTraining.slow(begun.toString()));
      killed.join();
      assertSame(trainer, history, expected);
      assertThat(trainer.restarts()).isEqualTo(1);
      assertThat(trainer.workerTimes())
          .extracting(WorkerTimes::steps)
          .allSatisfy(steps -> assertThat(steps).isPositive());
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Spark waits ten minutes for more cores before it says so. */
  @Test
  void moreWorkersThanCoresAreRefused(SparkSession session) {
    EspalierException error =
        new BarrierCluster(session.sparkContext(), 3)
            .failed(
                new SparkException(
                    "[SPARK-24819]: Barrier execution mode does not allow run a barrier stage that"
                        + " requires more slots than the total number of slots"));
    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING);
    assertThat(error)
        .hasMessageContaining("The cluster cannot run 3 workers at the same time: [SPARK-24819]")
        .hasMessageContaining(
            "Use fewer workers, or more executors or cores; dynamic allocation must be off.");
  }

  @Test
  void aJobThatSomeoneCancelledIsNotStartedAgain(SparkSession session) {
    EspalierException error =
        new BarrierCluster(session.sparkContext(), 2)
            .failed(new SparkException("[SPARK_JOB_CANCELLED] Job 7 cancelled by the user"));
    assertThat(error.code()).isEqualTo(ErrorCode.INTERRUPTED);
  }

  @Test
  void noWorkersAreRefused(SparkSession session) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> SparkTrainer.of(session, 0, TestTraining.model(), TestTraining.CONFIG))
        .withMessageContaining("The number of workers is 0. Give a number of 1 or more.");
  }

  @Test
  void aBatchSmallerThanTheNumberOfWorkersIsRefused(SparkSession session) {
    try (SparkTrainer trainer =
        SparkTrainer.of(session, 2, TestTraining.model(), TestTraining.CONFIG)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> trainer.fit(TestTraining.DATA, fit -> fit.batchSize(1)))
          .withMessageContaining("A batch of 1 has fewer samples than there are workers: 2.");
    }
  }
}
