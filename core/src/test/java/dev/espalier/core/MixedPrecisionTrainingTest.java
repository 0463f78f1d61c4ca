package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Strategy;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.FitOptions;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Training in float16 goes as in float32 with whatever else a training has. */
@Tag("native")
class MixedPrecisionTrainingTest extends InterruptedTraining {
  private static final EngineProvider PROVIDER = new TensorFlowEngineProvider();
  private static final TrainingConfig HALF =
      CONFIG.with(config -> config.precision(Precision.FLOAT16));

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = PROVIDER.open(EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Result fit(Model model, TrainingConfig config, Consumer<FitOptions.Builder> more) {
    try (Trainer trainer = Trainer.of(model, config, engine)) {
      History history =
          trainer.fit(
              IMAGES,
              ScriptedTraining.quiet(
                  fit -> {
                    fit.epochs(1).batchSize(BATCH).validation(SmallImages.colours(9));
                    more.accept(fit);
                  }));
      return new Result(trainer.weights(), trainer.optimizerSlots(), history);
    }
  }

  private static void assertNear(Result actual, Result expected, double tolerance) {
    for (String name : expected.history().keys()) {
      assertThat(actual.history().last(name))
          .as(name)
          .isEqualTo(expected.history().last(name), within(tolerance));
    }
    for (String name : expected.weights().names()) {
      HostArray wanted = expected.weights().get(name);
      for (int i = 0; i < wanted.elementCount(); i++) {
        assertThat(actual.weights().get(name).at(i))
            .as(name)
            .isEqualTo(wanted.at(i), within(tolerance));
      }
    }
  }

  @Test
  void lossesAndWeightsAreNearThoseOfFloat32ButNotTheSame() {
    Result full =
        fit(SmallImages.network(), HALF.with(c -> c.precision(Precision.FLOAT32)), f -> {});
    Result half = fit(SmallImages.network(), HALF, fit -> {});

    assertNear(half, full, 0.02);
    assertThat(half.weights().differences(full.weights())).isNotEmpty();
    assertThat(half.slots().get("loss_scaling/finite_steps").item()).isPositive();
    assertThat(half.slots().get("loss_scaling/scale").item())
        .as("Keras' initial scale")
        .isEqualTo(32768);
  }

  @Test
  void anInterruptedTrainingResumesToTheSameBitsWithItsLossScale() {
    Result whole = train(PROVIDER, HALF, fit -> fit.epochs(2));
    assertPowerFailure(PROVIDER, HALF, fit -> fit.callbacks(backup(1), PowerFailure.at(0, 3)));
    Result resumed = train(PROVIDER, HALF, fit -> fit.epochs(2).callbacks(backup(1)));

    assertThat(resumed.weights().differences(whole.weights())).isEmpty();
    assertThat(resumed.slots().differences(whole.slots())).isEmpty();
    assertThat(resumed.slots().names()).contains("loss_scaling/scale");
  }

  @Test
  void aCheckpointOfAnotherPrecisionIsRefused() {
    TrainingConfig full = HALF.with(config -> config.precision(Precision.FLOAT32));
    assertPowerFailure(PROVIDER, full, fit -> fit.callbacks(backup(1), PowerFailure.at(0, 2)));

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> train(PROVIDER, HALF, fit -> fit.callbacks(backup(1))))
        .withMessageContaining("precision was float32 and is float16")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
  }

  @Test
  void replicasTrainAsOneDevice() {
    Model model = SmallImages.network().freeze("*_bn");
    Result one = fit(model, HALF, fit -> {});
    Result several =
        fit(model, HALF.with(c -> c.strategy(Strategy.mirrored("cpu", "cpu"))), fit -> {});

    assertNear(several, one, 0.01);
    assertThat(several.slots().get("loss_scaling/scale"))
        .isEqualTo(one.slots().get("loss_scaling/scale"));
  }

  @Test
  void accumulatedGradientsAreScaledLikeOthers() {
    TrainingConfig accumulating = HALF.with(config -> config.step(new GradientAccumulation(2)));
    Result half = fit(SmallImages.network(), accumulating, fit -> {});
    Result full =
        fit(
            SmallImages.network(),
            accumulating.with(config -> config.precision(Precision.FLOAT32)),
            fit -> {});

    assertNear(half, full, 0.02);
  }

  @Test
  void cachedFeaturesGiveTheBitsOfTrainingThroughAllLayers() {
    for (String frozen : new String[] {"stem*", "*_*"}) {
      Model model = SmallImages.network().freeze(frozen);
      Result through = fit(model, HALF, fit -> fit.epochs(2).cacheFeatures(CacheFeatures.OFF));
      Result cached = fit(model, HALF, fit -> fit.epochs(2).cacheFeatures(CacheFeatures.ON));

      assertThat(cached.weights().differences(through.weights())).as(frozen).isEmpty();
    }
  }

  @Test
  void theConfigurationOfATrainerSaysWhatAutoChose() {
    Model model = SmallImages.network();
    Trainer trainer =
        Trainer.of(
            model,
            config ->
                config
                    .precision(Precision.AUTO)
                    .optimizer(Sgd.of(0.1).momentum(0.9))
                    .loss(Losses.categoricalCrossentropy()));
    try (trainer) {
      assertThat(trainer.config().precision()).isNotEqualTo(Precision.AUTO);
    }
  }
}
