package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.SoftLabels;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Strategy;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.Regularized;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.regularizer.Regularizers;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several replicas train as one device does. */
@Tag("native")
class MirroredTrainingTest extends InterruptedTraining {
  /** Three replicas get 3, 2 and 2 samples of a batch, and 1, 1 and 0 of the last. */
  private static final Dataset DATA = SmallImages.colours(16);

  private static final int BATCH_SIZE = 7;

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static TrainingConfig config(Strategy strategy) {
    return TrainingConfig.of(
        config ->
            config
                .seed(3)
                .strategy(strategy)
                .optimizer(Adam.of(0.01))
                .gradientClipping(GradientClipping.byGlobalNorm(0.5))
                .loss(Losses.categoricalCrossentropy())
                .metrics(Metrics.accuracy()));
  }

  private static Model frozenNormalization() {
    return SmallImages.network().freeze("*_bn");
  }

  private static Result train(Model model, Strategy strategy, Consumer<FitOptions.Builder> more) {
    return train(model, config(strategy), more);
  }

  private static Result train(
      Model model, TrainingConfig config, Consumer<FitOptions.Builder> more) {
    try (Trainer trainer = Trainer.of(model, config, engine)) {
      History history = fit(trainer, more);
      return new Result(trainer.weights(), trainer.optimizerSlots(), history);
    }
  }

  private static History fit(Trainer trainer, Consumer<FitOptions.Builder> more) {
    return trainer.fit(
        DATA,
        ScriptedTraining.quiet(
            fit -> {
              fit.epochs(2).batchSize(BATCH_SIZE).augmentations(NOISE);
              fit.validation(SmallImages.colours(5));
              more.accept(fit);
            }));
  }

  private static Strategy replicas(int number) {
    return Strategy.mirrored(Collections.nCopies(number, "cpu").toArray(new String[0]));
  }

  private static void assertSame(Result actual, Result expected) {
    for (String name : expected.history().keys()) {
      List<Double> wanted = expected.history().values(name);
      List<Double> values = actual.history().values(name);
      assertThat(values).hasSameSizeAs(wanted);
      for (int i = 0; i < wanted.size(); i++) {
        assertThat(values.get(i)).as(name).isEqualTo(wanted.get(i), within(2e-5));
      }
    }
    assertNear(actual.weights().asMap(), expected.weights().asMap());
    assertNear(actual.slots().asMap(), expected.slots().asMap());
  }

  private static void assertNear(Map<String, HostArray> actual, Map<String, HostArray> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, array) -> assertNear(name, actual.get(name), array));
  }

  private static void assertNear(String name, HostArray actual, HostArray expected) {
    assertThat(actual.type()).as(name).isEqualTo(expected.type());
    for (int i = 0; i < expected.elementCount(); i++) {
      assertThat(actual.at(i)).as(name).isEqualTo(expected.at(i), within(2e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9})
  void anyNumberOfReplicasGivesTheResultsOfOneDevice(int number) {
    Result one = train(frozenNormalization(), Strategy.single(), fit -> {});
    Result several = train(frozenNormalization(), replicas(number), fit -> {});
    assertSame(several, one);
    assertThat(one.history().values("loss")).doesNotHaveDuplicates();
  }

  @Test
  void layersWithLearningRatesOfTheirOwnAreThoseOfOneDevice() {
    Map<String, Double> multipliers = Map.of("*conv*", 0.1, "head", 3.0);
    Result one = train(frozenNormalization(), slowed(Strategy.single(), multipliers), fit -> {});
    assertSame(train(frozenNormalization(), slowed(replicas(3), multipliers), fit -> {}), one);
    Weights same = train(frozenNormalization(), Strategy.single(), fit -> {}).weights();
    assertThat(one.weights().differences(same)).isNotEmpty();
  }

  private static TrainingConfig slowed(Strategy strategy, Map<String, Double> multipliers) {
    return config(strategy).with(more -> more.learningRateMultipliers(multipliers));
  }

  /** As the model of the recipe {@code tutorial}: its head normalizes what the base gives. */
  private static Model normalizingHead() {
    return Sequential.of(
        Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
        Rescaling.of(1 / 255.0).named("scale"),
        Conv2D.of(4, 3).useBias(false).named("stem_conv"),
        BatchNormalization.create().named("stem_bn"),
        GlobalAveragePooling2D.create().named("pool"),
        BatchNormalization.create().momentum(0.8).named("head_bn"),
        Dropout.of(0.2).named("drop"),
        Regularized.kernel(
                Dense.of(SmallImages.CLASSES).activation(Activation.SOFTMAX), Regularizers.l2(0.01))
            .named("head"));
  }

  /** With a frozen base, and with one that is trained except for its normalization. */
  @ParameterizedTest
  @CsvSource({"2,stem_*", "3,stem_bn"})
  void aHeadThatNormalizesItsVectorsGivesTheResultsOfOneDevice(int number, String frozen) {
    Model model = normalizingHead().freeze(frozen);
    Result one = train(model, Strategy.single(), fit -> {});
    assertSame(train(model, replicas(number), fit -> {}), one);
    assertThat(one.weights().get("head_bn/moving_mean").at(0)).isNotZero();
  }

  @Test
  void theGradientsBeforeAndAfterTheVectorsOfAHeadAreObserved() {
    Model model = normalizingHead().freeze("stem_bn");
    Map<String, HostArray> expected = observed(model, Strategy.single());
    assertThat(expected).containsKeys("stem_conv/kernel", "head_bn/gamma", "head/kernel");
    assertNear(observed(model, replicas(2)), expected);
  }

  @Test
  void cachedFeaturesAreComputedAndUsedByAllReplicas() {
    for (Model model :
        List.of(
            SmallImages.network().freeze().unfreeze("head"), normalizingHead().freeze("stem_*"))) {
      Result one = train(model, Strategy.single(), fit -> fit.cacheFeatures(CacheFeatures.ON));
      assertSame(train(model, replicas(3), fit -> fit.cacheFeatures(CacheFeatures.ON)), one);
    }
  }

  /** Each sample is mixed with one that another replica has. */
  @Test
  void batchesAreMixedBeforeTheyAreDivided() {
    BatchAugmentation halves =
        (batch, random) -> {
          List<List<Integer>> labels = new ArrayList<>();
          int size = batch.images().size();
          for (int i = 0; i < size; i++) {
            labels.add(List.of((i + 1) % 3));
          }
          List<Image> turned = new ArrayList<>(batch.images());
          Collections.rotate(turned, 3);
          return new ImageBatch(turned, SoftLabels.multiHot(labels, batch.labels().classes()));
        };
    Result one =
        train(frozenNormalization(), Strategy.single(), fit -> fit.batchAugmentations(halves));
    assertSame(
        train(frozenNormalization(), replicas(2), fit -> fit.batchAugmentations(halves)), one);
  }

  @Test
  void callbacksObserveTheGradientsOfTheWholeBatch() {
    Model model = frozenNormalization();
    assertNear(observed(model, replicas(3)), observed(model, Strategy.single()));
  }

  private static Map<String, HostArray> observed(Model model, Strategy strategy) {
    List<Map<String, HostArray>> seen = new ArrayList<>();
    Callback observer =
        new Callback() {
          @Override
          public BatchObservation observedBatch() {
            return BatchObservation.ofGradients("*");
          }

          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            seen.add(event.control().batch().gradients());
          }
        };
    train(model, strategy, fit -> fit.epochs(1).callbacks(observer));
    return seen.get(0);
  }

  @Test
  void evaluationAndPredictionDivideTheirBatches() {
    Dataset data = SmallImages.colours(11);
    EvaluationOptions options = EvaluationOptions.of(each -> each.batchSize(4));
    try (Trainer one = Trainer.of(SmallImages.network(), config(Strategy.single()), engine);
        Trainer three = Trainer.of(SmallImages.network(), config(replicas(3)), engine)) {
      three.setWeights(one.weights());
      assertThat(three.evaluate(data, options).loss())
          .isEqualTo(one.evaluate(data, options).loss(), within(1e-6));
      assertThat(three.evaluate(data, options).get("accuracy"))
          .isEqualTo(one.evaluate(data, options).get("accuracy"));
      assertNear(
          "pool", three.featurize(data, "pool", options), one.featurize(data, "pool", options));
      assertNear("output", three.featurize(data, options), one.featurize(data, options));
    }
  }

  @Test
  void layersAreFrozenAndWeightsSetOnAllReplicas() {
    List<Weights> results = new ArrayList<>();
    for (Strategy strategy : List.of(Strategy.single(), replicas(2))) {
      try (Trainer trainer = Trainer.of(frozenNormalization(), config(strategy), engine)) {
        fit(trainer, fit -> fit.epochs(1));
        Weights before = trainer.weights();
        trainer.changeModel(model -> model.freeze("stem_conv"));
        fit(trainer, fit -> fit.epochs(1));
        trainer.setWeights(before);
        fit(trainer, fit -> fit.epochs(1));
        results.add(trainer.weights());
      }
    }
    assertNear(results.get(1).asMap(), results.get(0).asMap());
  }

  @Test
  void aTrainingResumesToTheSameBits() {
    EngineProvider provider = new TensorFlowEngineProvider();
    TrainingConfig config = CONFIG.with(more -> more.strategy(replicas(2)));
    Result whole = train(provider, config, fit -> {});
    assertPowerFailure(provider, config, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 3)));
    Result resumed = train(provider, config, fit -> fit.callbacks(backup(1)));

    assertThat(resumed.weights().differences(whole.weights())).isEmpty();
    assertThat(resumed.slots().differences(whole.slots())).isEmpty();
    assertThat(resumed.history()).isEqualTo(whole.history());
  }

  @Test
  void anInterruptEndsTheTrainingAfterTheStep() {
    Result whole = train(frozenNormalization(), replicas(2), fit -> {});
    Callback interrupting =
        new Callback() {
          @Override
          public void onTrainBatchBegin(BatchBegin event) {
            if (event.batch() == 1) {
              Thread.currentThread().interrupt();
            }
          }
        };
    try (Trainer trainer = Trainer.of(frozenNormalization(), config(replicas(2)), engine)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> fit(trainer, fit -> fit.callbacks(backup(1), interrupting)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
      assertThat(Thread.interrupted()).isTrue();
    }
    Result resumed = train(frozenNormalization(), replicas(2), fit -> fit.callbacks(backup(1)));
    assertThat(resumed.weights().differences(whole.weights())).isEmpty();
  }

  @Test
  void batchNormalizationOfFeatureMapsIsThatOfEachDeviceAndSaid() {
    String log =
        ScriptedTraining.logged(
            () -> {
              Result halves = train(SmallImages.network(), replicas(2), fit -> fit.epochs(1));
              Result one = train(SmallImages.network(), Strategy.single(), fit -> fit.epochs(1));
              String variance = "stem_bn/moving_variance";
              assertThat(halves.weights().get(variance)).isNotEqualTo(one.weights().get(variance));
            });
    assertThat(log)
        .containsOnlyOnce(
            "stem_bn (BatchNormalization) and 1 more are in training mode: each of the 2 devices"
                + " normalizes with the mean and variance of its own samples");
    assertThat(ScriptedTraining.logged(() -> train(frozenNormalization(), replicas(2), fit -> {})))
        .doesNotContain("in training mode");
  }

  @Test
  void aDeviceThatTheEngineDoesNotHaveIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                Trainer.of(
                    SmallImages.network(), config(Strategy.mirrored("gpu:0", "gpu:1")), engine))
        .withMessage(
            "The engine tensorflow has no device gpu:0 here. Its devices are: cpu. [ESP-503]");
  }

  @Test
  void anEngineThatHoldsOneSessionIsRefused() {
    ScriptedEngine scripted = new ScriptedEngine();
    scripted.capabilities.remove(Capability.CONCURRENT_SESSIONS);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> Trainer.of(SmallImages.network(), config(replicas(2)), Engines.with(scripted)))
        .withMessageContaining(
            "The engine scripted cannot hold more than one session at a time, which training on"
                + " several devices needs.");
    assertThat(scripted.openSessions).isZero();
  }
}
