package dev.espalier.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Strategy;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Sgd;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.training.TrainingConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What predicts and evaluates gives the same numbers as on TensorFlow, and nothing trains. */
@Tag("native")
class OnnxRuntimeParityTest {
  private static final int SIZE = 32;
  private static final int CLASSES = 4;
  private static final int SAMPLES = 12;

  private static final TrainingConfig CONFIG =
      TrainingConfig.of(
          config ->
              config
                  .optimizer(Sgd.of(0.1))
                  .loss(Losses.categoricalCrossentropy())
                  .metrics(Metrics.accuracy()));

  private static Model model() {
    Model model = EfficientNet.custom(0.25, 0.25).imageSize(SIZE).classes(CLASSES).build();
    return model.withWeights(GoldenNumbers.weights(model));
  }

  private static Dataset images() {
    return ParityImages.of(SAMPLES, SIZE);
  }

  /** What a trainer computes without training. */
  private record Results(HostArray scores, Evaluation evaluation) {
    static Results of(EngineProvider provider) {
      try (Engine engine = provider.open(EngineOptions.defaults());
          Trainer trainer = Trainer.of(model(), CONFIG, engine)) {
        // Batches of 5, 5 and 2: the size of a batch is not part of what was compiled.
        Evaluation evaluation = trainer.evaluate(images(), options -> options.batchSize(5));
        return new Results(trainer.predict(images()).scores(), evaluation);
      }
    }
  }

  @Test
  void predictsAndEvaluatesAsTensorFlowDoes() {
    Results expected = Results.of(new TensorFlowEngineProvider());
    assertSame(Results.of(new OnnxRuntimeEngineProvider()), expected);
    assertSame(Results.of(SlicedBatchesTest.oneSampleAtATime()), expected);
  }

  @Test
  void singleImagesHaveTheScoresOfTensorFlow() {
    HostArray expected = Results.of(new TensorFlowEngineProvider()).scores();
    try (Engine engine = new OnnxRuntimeEngineProvider().open(EngineOptions.defaults());
        Trainer trainer = Trainer.of(model(), CONFIG, engine)) {
      HostArray scores = trainer.predict(images(), options -> options.batchSize(1)).scores();
      for (int i = 0; i < SAMPLES * CLASSES; i++) {
        assertThat(scores.at(i)).isEqualTo(expected.at(i), within(1e-4));
      }
    }
  }

  private static void assertSame(Results results, Results expected) {
    for (int i = 0; i < SAMPLES * CLASSES; i++) {
      assertThat(results.scores().at(i)).isEqualTo(expected.scores().at(i), within(1e-4));
    }
    expected
        .evaluation()
        .values()
        .forEach(
            (name, value) ->
                assertThat(results.evaluation().get(name)).isEqualTo(value, within(1e-4)));
    assertThat(results.evaluation().values()).containsKeys("loss", "accuracy");
  }

  @Test
  void refusesToTrainWithTheDocumentedError() {
    try (Engine engine = new OnnxRuntimeEngineProvider().open(EngineOptions.defaults());
        Trainer trainer = Trainer.of(model(), CONFIG, engine)) {
      assertRefusesToTrain(trainer);
      assertThat(trainer.evaluate(images()).samples()).isEqualTo(SAMPLES);
    }
  }

  private static void assertRefusesToTrain(Trainer trainer) {
    assertThatThrownBy(() -> trainer.fit(images(), fit -> fit.epochs(1)))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CAPABILITY);
              assertThat(e.problem()).contains("The engine onnxruntime cannot train");
            });
  }

  /** Counts the sessions of an engine. */
  private static Engine counting(Engine engine, AtomicInteger sessions) {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("openSession")) {
                sessions.incrementAndGet();
              }
              try {
                return method.invoke(engine, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void twoSessionsDivideBatchesAndGiveTheResultsOfOne() {
    Results expected = Results.of(new OnnxRuntimeEngineProvider());
    TrainingConfig onTwo = CONFIG.with(more -> more.strategy(Strategy.mirrored("cpu", "cpu")));
    AtomicInteger sessions = new AtomicInteger();
    try (Engine engine = new OnnxRuntimeEngineProvider().open(EngineOptions.defaults());
        Trainer trainer = Trainer.of(model(), onTwo, counting(engine, sessions))) {
      assertThat(sessions).hasValue(2);
      // The last batch has an image for one of the two only.
      Evaluation evaluation =
          trainer.evaluate(Datasets.take(images(), 11), options -> options.batchSize(5));
      assertThat(evaluation.samples()).isEqualTo(11);
      HostArray scores = trainer.predict(images(), options -> options.batchSize(5)).scores();
      for (int i = 0; i < SAMPLES * CLASSES; i++) {
        assertThat(scores.at(i)).isEqualTo(expected.scores().at(i), within(1e-6));
      }
      trainer
          .evaluate(images(), options -> options.batchSize(5))
          .values()
          .forEach(
              (name, value) ->
                  assertThat(value).isEqualTo(expected.evaluation().get(name), within(1e-6)));
      assertRefusesToTrain(trainer);
    }
  }
}
