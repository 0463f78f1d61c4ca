package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.engine.EngineSettings;
import dev.espalier.metric.Metrics;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Sgd;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingOptionsTest {
  private static final Dataset DATA = Datasets.of("data", List.of("a"), List.of());

  @Test
  void settingsCanBeAdaptedWithoutTouchingTheOriginal() {
    TrainingConfig first =
        TrainingConfig.of(
            config -> config.engine("pytorch").engineOption("a", "b").threads(2).seed(3));
    TrainingConfig second = first.with(config -> config.engine("auto").seed(4));
    assertThat(first.engineSettings())
        .isEqualTo(
            EngineSettings.of(settings -> settings.engine("pytorch").threads(2).option("a", "b")));
    assertThat(second.engineSettings().get(EngineSettings.ENGINE)).isEqualTo("auto");
    assertThat(second.engineSettings().get(EngineSettings.THREADS)).isEqualTo(2);
    assertThat(second.seed()).isEqualTo(4);
  }

  @Test
  void gradientsAreClippedOnlyIfAskedFor() {
    TrainingConfig plain = TrainingConfig.of(config -> config.optimizer(Sgd.of(1)));
    TrainingConfig clipped = plain.with(c -> c.gradientClipping(GradientClipping.byNorm(2)));

    assertThat(plain.gradientClipping()).isEqualTo(GradientClipping.none());
    assertThat(clipped.gradientClipping()).isEqualTo(new GradientClipping.ByNorm(2));
    assertThat(clipped.with(c -> c.optimizer(Sgd.of(.1))).gradientClipping())
        .as("whatever the optimizer")
        .isEqualTo(GradientClipping.byNorm(2));
  }

  @Test
  void twoMetricsOfOneNameAreRefused() {
    assertThatThrownBy(
            () ->
                TrainingConfig.of(config -> config.metrics(Metrics.accuracy(), Metrics.accuracy())))
        .hasMessageContaining("Two metrics are named \"accuracy\".");
  }

  @Test
  void validationComesAfterTheEpochsAskedFor() {
    FitOptions every = FitOptions.of(fit -> fit.validation(DATA));
    FitOptions third = every.toBuilder().validationFrequency(3).build();
    FitOptions chosen = every.toBuilder().validationEpochs(2, 5).build();
    assertThat(every.validatesAfter(0)).isTrue();
    assertThat(third.validatesAfter(1)).isFalse();
    assertThat(third.validatesAfter(2)).isTrue();
    assertThat(chosen.validatesAfter(1)).isTrue();
    assertThat(chosen.validatesAfter(2)).isFalse();
    assertThat(FitOptions.defaults().validatesAfter(0)).isFalse();
  }

  @Test
  void validationUsesTheBatchSizeOfTrainingUnlessToldOtherwise() {
    FitOptions options = FitOptions.of(fit -> fit.batchSize(64).validationDropRemainder(true));
    assertThat(options.validationOptions().batchSize()).isEqualTo(64);
    assertThat(options.validationOptions().dropRemainder()).isTrue();
    assertThat(options.toBuilder().validationBatchSize(10).build().validationOptions().batchSize())
        .isEqualTo(10);
  }

  @Test
  void howSamplesAreLoadedIsChecked() {
    for (int wrong : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertRefused(() -> FitOptions.of(fit -> fit.batchSize(wrong)), "The batch size is " + wrong);
      assertRefused(
          () -> EvaluationOptions.of(options -> options.batchSize(wrong)),
          "The batch size is " + wrong);
      assertRefused(
          () -> FitOptions.of(fit -> fit.prefetch(wrong)),
          "The number of prefetched batches is " + wrong);
    }
    assertRefused(
        () -> FitOptions.of(fit -> fit.validationBatchSize(-1)),
        "The batch size of the validation is -1.");
    assertRefused(() -> FitOptions.of(fit -> fit.workers(-1)), "The number of workers is -1.");
    assertRefused(
        () -> EvaluationOptions.of(options -> options.workers(-1)), "The number of workers is -1.");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String start) {
    assertThatThrownBy(call)
        .isInstanceOf(dev.espalier.error.EspalierException.class)
        .hasMessageStartingWith(start);
  }

  @Test
  void epochsAndFrequenciesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> FitOptions.of(fit -> fit.epochs(-1)))
        .hasMessageContaining("Epochs cannot go from 0 to -1.");
    assertThatThrownBy(() -> FitOptions.of(fit -> fit.validationFrequency(0)))
        .hasMessageContaining("The validation frequency is 0.");
  }
}
