package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callback.ObservedBatch;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metrics;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What callbacks see of a training beside its logs, and what they are told when it fails. */
@Tag("native")
class TrainerObservationTest {
  private static final Dataset TRAIN = SmallImages.colours(12);

  /** The batches of the training, which a callback evaluates in as well. */
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.batchSize(4).verbosity(Verbosity.SILENT));

  private static final TrainingConfig CONFIG =
      TrainingConfig.of(
          config ->
              config
                  .optimizer(Sgd.of(0.5))
                  .gradientClipping(GradientClipping.byValue(1e-3))
                  .loss(Losses.categoricalCrossentropy())
                  .metrics(Metrics.accuracy())
                  .seed(1));

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(new EngineOptions(2, Map.of()));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static void fit(Callback... callbacks) {
    try (Trainer trainer = Trainer.of(SmallImages.network(), CONFIG, engine)) {
      fit(trainer, callbacks);
    }
  }

  private static void fit(Trainer trainer, Callback... callbacks) {
    trainer.fit(TRAIN, fit -> fit.batchSize(4).callbacks(callbacks).verbosity(Verbosity.SILENT));
  }

  /** Looks at batches, and computes what the optimizer makes of a gradient. */
  private static final class Observer implements Callback {
    private final List<ObservedBatch> batches = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private HostArray bias = HostArray.scalar(0);

    @Override
    public BatchObservation observedBatch() {
      return new BatchObservation(true, List.of("head/*", "stem_*/gamma"));
    }

    @Override
    public void onTrainBatchBegin(BatchBegin event) {
      bias = event.control().variable("head/bias");
    }

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      ObservedBatch batch = event.control().batch();
      batches.add(batch);
      HostArray label = batch.inputs().get("label");
      for (int i = 0; i < label.elementCount(); i++) {
        labels.add((int) label.at(i));
      }
      HostArray gradient = batch.gradients().get("head/bias");
      HostArray moved = event.control().variable("head/bias");
      for (int i = 0; i < 3; i++) {
        double clipped = Math.max(-1e-3, Math.min(1e-3, gradient.at(i)));
        assertThat(Math.abs(gradient.at(i))).as("before clipping").isGreaterThan(1e-3);
        assertThat(moved.at(i)).isEqualTo(bias.at(i) - 0.5 * clipped, within(1e-6));
      }
    }
  }

  @Test
  void inputsAndGradientsAreSeenByThoseWhoAskForThem() {
    Observer observer = new Observer();
    List<String> refused = new ArrayList<>();
    Callback plain =
        new Callback() {
          @Override
          public void onEpochEnd(EpochEnd event) {
            assertThatThrownBy(() -> event.control().batch())
                .hasMessageContaining("There is no batch to observe.");
            refused.add("epoch");
          }
        };
    fit(observer, plain);
    assertThat(observer.batches).hasSize(3);
    for (ObservedBatch batch : observer.batches) {
      assertThat(batch.gradients()).containsOnlyKeys("head/kernel", "head/bias", "stem_bn/gamma");
      assertThat(batch.inputs()).containsOnlyKeys("image", "label", "sample_weight");
    }
    assertThat(observer.labels).hasSize(12).containsOnly(0, 1, 2);
    assertThat(refused).containsExactly("epoch");
  }

  @Test
  void withoutAWishThereIsNoBatchToSee() {
    Callback curious =
        new Callback() {
          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            event.control().batch();
          }
        };
    assertThatThrownBy(() -> fit(curious))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageContaining("Request it with observedBatch()");
  }

  @Test
  void aCallbackMayEvaluateAndPredictWithoutChangingTheTraining() {
    Dataset test = SmallImages.colours(7);
    List<Evaluation> evaluations = new ArrayList<>();
    List<HostArray> scores = new ArrayList<>();
    Callback asking =
        new Callback() {
          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            evaluations.add(event.control().evaluate(test));
            scores.add(event.control().predict(test));
          }
        };
    try (Trainer asked = Trainer.of(SmallImages.network(), CONFIG, engine);
        Trainer alone = Trainer.of(SmallImages.network(), CONFIG, engine)) {
      fit(asked, asking);
      fit(alone);
      assertThat(asked.weights()).isEqualTo(alone.weights());
      assertThat(evaluations).hasSize(3).doesNotHaveDuplicates();
      assertThat(evaluations.get(2)).isEqualTo(asked.evaluate(test, QUIET));
      assertThat(scores.get(2)).isEqualTo(asked.predict(test, QUIET).scores());
    }
  }

  @Test
  void anUnknownVariableIsNamedWithTheNearest() {
    Callback asking =
        new Callback() {
          @Override
          public void onTrainBegin(TrainBegin event) {
            event.control().variable("head/kernl");
          }
        };
    assertThatThrownBy(() -> fit(asking))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME))
        .hasMessageContaining("head/kernel");
  }

  /** Notes its hooks; may fail in one. */
  private static final class Noting implements Callback {
    private final List<String> notes;
    private final String name;
    private final String failing;

    Noting(List<String> notes, String name, String failing) {
      this.notes = notes;
      this.name = name;
      this.failing = failing;
    }

    private void note(String hook) {
      notes.add(name + " " + hook);
      if (hook.equals(failing)) {
        throw new IllegalStateException(name + " cannot do it");
      }
    }

    @Override
    public void onTrainBegin(TrainBegin event) {
      note("begin");
    }

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      note("batch");
    }

    @Override
    public void onTestBegin(TestBegin event) {
      note("test");
    }

    @Override
    public void onTrainEnd(TrainEnd event) {
      note("end");
    }

    @Override
    public void onException(Failure event) {
      note("exception " + event.exception().getClass().getSimpleName());
    }
  }

  @Test
  void allCallbacksAreToldOfAFailureOnceAndInsteadOfTheEnd() {
    List<String> notes = new ArrayList<>();
    assertThatThrownBy(
            () ->
                fit(
                    new Noting(notes, "first", ""),
                    new Noting(notes, "second", "batch"),
                    new Noting(notes, "third", "exception EspalierException")))
        .hasMessageContaining("second cannot do it")
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .satisfies(
                        more -> assertThat(more).hasMessageContaining("third cannot do it")));
    assertThat(notes)
        .containsExactly(
            "first begin",
            "second begin",
            "third begin",
            "first batch",
            "second batch",
            "first exception EspalierException",
            "second exception EspalierException",
            "third exception EspalierException");
  }

  @Test
  void aFailedEvaluationIsToldToItsCallbacks() {
    List<String> notes = new ArrayList<>();
    try (Trainer trainer = Trainer.of(SmallImages.network(), CONFIG, engine)) {
      assertThatThrownBy(
              () ->
                  trainer.evaluate(
                      TRAIN, options -> options.callbacks(new Noting(notes, "only", "test"))))
          .hasMessageContaining("only cannot do it");
    }
    assertThat(notes).containsExactly("only test", "only exception EspalierException");
  }
}
