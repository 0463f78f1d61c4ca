package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.distributed.ClusterTraining;
import dev.espalier.core.distributed.DistributedOptions;
import dev.espalier.core.distributed.WorkerPlan;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Precision;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A trainer whose steps a cluster computes trains as one that computes them itself. */
@Tag("native")
class ClusterTrainingTest {
  private static final int WORKERS = 2;

  private static void fit(FitOptions.Builder options) {
    options.epochs(2).batchSize(6).validation(SmallImages.colours(5)).verbosity(Verbosity.SILENT);
  }

  private static TrainingConfig config(Optimizer optimizer) {
    return TrainingConfig.of(
        config ->
            config
                .engine("tensorflow")
                .seed(3)
                .optimizer(optimizer)
                .loss(Losses.categoricalCrossentropy())
                .metrics(Metrics.accuracy()));
  }

  private static WorkerPlan plan(boolean adam) {
    return registry ->
        new WorkerPlan.Made(
            config(adam ? Adam.of(0.01) : Sgd.of(0.1)),
            SmallImages.colours(16),
            FitOptions.of(ClusterTrainingTest::fit));
  }

  private static Engine engine() {
    return Engines.reference().openEngine(config(Adam.of(0.01)).engineSettings());
  }

  private static float[] values(HostArray array) {
    float[] values = new float[array.elementCount()];
    array.floats().get(values);
    return values;
  }

  private static Trainer onCluster(
      Model model, Engine engine, ThreadCluster cluster, List<Optimizer> asked) {
    ClusterTraining steps =
        ClusterTraining.of(
            cluster,
            DistributedOptions.defaults(),
            current -> {
              asked.add(current.optimizer());
              return plan(current.optimizer() instanceof Adam);
            });
    return Trainer.of(model, config(Adam.of(0.01)), engine, steps);
  }

  private static Model model() {
    return SmallImages.network().freeze("*_bn");
  }

  /** As a fine-tuning does it: a frozen model first, then the whole with another optimizer. */
  private static History twoPhases(Trainer trainer) {
    History head = trainer.fit(SmallImages.colours(16), ClusterTrainingTest::fit);
    trainer.changeModel(model -> model.unfreeze("*_conv"));
    trainer.changeOptimizer(Sgd.of(0.1));
    return head.then(
        trainer.fit(
            SmallImages.colours(16),
            ClusterTrainingTest::fit,
            fit -> fit.initialEpoch(2).epochs(4)));
  }

  @Test
  void phasesAreThoseOfOneProcess() {
    Model start = model().freeze("*_conv");
    List<Optimizer> asked = new ArrayList<>();
    try (ThreadCluster cluster = new ThreadCluster(WORKERS);
        Engine engine = engine();
        Trainer several = onCluster(start, engine, cluster, asked);
        Trainer one = Trainer.of(start, config(Adam.of(0.01)), Engines.reference())) {
      Weights before = one.weights();
      History expected = twoPhases(one);
      History actual = twoPhases(several);
      assertThat(asked).containsExactly(Adam.of(0.01), Sgd.of(0.1));
      for (String key : List.of("loss", "accuracy", "val_loss", "val_accuracy")) {
        List<Double> values = actual.values(key);
        assertThat(values).hasSize(4);
        for (int epoch = 0; epoch < 4; epoch++) {
          assertThat(values.get(epoch))
              .as(key)
              .isCloseTo(expected.values(key).get(epoch), within(1e-5));
        }
      }
      Weights trained = several.weights();
      assertThat(trained.differences(before)).isNotEmpty();
      one.weights()
          .asMap()
          .forEach(
              (name, array) ->
                  assertThat(values(trained.get(name)))
                      .as(name)
                      .containsExactly(values(array), within(2e-5f)));
      // It evaluates by itself, with what the workers have trained.
      assertThat(several.evaluate(SmallImages.colours(5)).loss())
          .isCloseTo(actual.values("val_loss").get(3), within(1e-5));
    }
  }

  @Test
  void whatCannotBeDistributedIsRefused() {
    try (ThreadCluster cluster = new ThreadCluster(WORKERS);
        Engine engine = engine()) {
      ClusterTraining steps =
          ClusterTraining.of(cluster, DistributedOptions.defaults(), current -> plan(true));
      TrainingConfig half = config(Adam.of(0.01)).with(more -> more.precision(Precision.BFLOAT16));
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> Trainer.of(model(), half, engine, steps))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
          .withMessageContaining("Workers compute in float32");
      try (Trainer trainer = onCluster(model(), engine, cluster, new ArrayList<>())) {
        assertThatExceptionOfType(EspalierException.class)
            .isThrownBy(
                () ->
                    trainer.fit(
                        SmallImages.colours(16),
                        ClusterTrainingTest::fit,
                        fit -> fit.cacheFeatures(CacheFeatures.ON)))
            .withMessageContaining("Features cannot be cached on a cluster.");
        assertThatExceptionOfType(EspalierException.class)
            .isThrownBy(
                () ->
                    trainer.fit(
                        SmallImages.colours(16), ClusterTrainingTest::fit, fit -> fit.batchSize(1)))
            .withMessageContaining("fewer samples than there are workers: 2");
      }
    }
  }
}
