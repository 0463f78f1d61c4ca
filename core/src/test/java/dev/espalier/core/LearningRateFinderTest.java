package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.callback.Callback;
import dev.espalier.core.learningrate.LearningRateCurve;
import dev.espalier.core.learningrate.LearningRateFinder;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateFinderTest extends ScriptedTraining {
  private static final double[] FALLS_AND_DIVERGES = {
    5, 5, 5, 4.9, 4, 2, 1.5, 1.4, 1.6, 5.5, 40, 100
  };
  private int steps;

  /** Makes each training step give the next of these losses. */
  private LearningRateFinder finder(Dataset data, int batchSize, double... losses) {
    steps = 0;
    engine.returning((program, output, run, size) -> losses[steps++] * size);
    TrainingConfig lossAlone = config.with(builder -> builder.metrics());
    return LearningRateFinder.of(model(), data, lossAlone, quiet(fit -> fit.batchSize(batchSize)));
  }

  private LearningRateFinder finder(double... losses) {
    return finder(SmallImages.constant(100, 0, 1, 2, 0, 1), 1, losses);
  }

  private LearningRateCurve run(LearningRateFinder finder) {
    try (Engine opened = engine.open(EngineOptions.of(options -> {}))) {
      return finder.run(opened);
    }
  }

  @Test
  void theLearningRateGrowsByOneFactorAndIsFedToTheSteps() {
    LearningRateCurve curve = run(finder(FALLS_AND_DIVERGES).range(1e-4, 1e5).steps(10));

    assertThat(engine.runs)
        .extracting(run -> (float) run.get("learning_rate").item())
        .containsExactly(1e-4f, 1e-3f, 1e-2f, 0.1f, 1f, 10f, 100f, 1000f, 1e4f, 1e5f);
    assertThat(curve.points())
        .extracting(point -> (float) point.learningRate())
        .containsExactly(1e-4f, 1e-3f, 1e-2f, 0.1f, 1f, 10f, 100f, 1000f, 1e4f, 1e5f);
    assertThat(engine.openSessions).isZero();
  }

  @Test
  void suggestsTheSteepestDescentOrATenthOfTheMinimum() {
    LearningRateCurve curve =
        run(finder(FALLS_AND_DIVERGES).range(1e-4, 1e5).steps(10).smoothing(0));

    assertThat(curve.points()).extracting(LearningRateCurve.Point::loss).startsWith(5.0, 5.0);
    assertThat(curve.steepest()).isCloseTo(1, within(1e-6));
    assertThat(curve.tenthOfMinimum()).isCloseTo(100, within(1e-4));
    assertThat(curve.suggestion()).isEqualTo(curve.steepest());
    assertThat(run(finder(9, 9, 9, 9, 9, 9, 9, 8.5, 2, 9).range(1e-4, 10).steps(10).smoothing(0)))
        .satisfies(falling -> assertThat(falling.suggestion()).isEqualTo(falling.tenthOfMinimum()));
  }

  /** The moving average with the weight 0.5, its bias corrected, as fastai computes it. */
  @Test
  void smoothsTheLossAndEndsWhenItDiverges() {
    LearningRateCurve curve =
        run(finder(2, 1.9, 1.5, 1, .8, .7, .9, 2, 4, 9, 9, 9).steps(12).smoothing(0.5));

    assertThat(curve.diverged()).isTrue();
    assertThat(curve.points())
        .extracting(point -> Math.round(1e6 * point.smoothedLoss()) / 1e6)
        .containsExactly(
            2.0, 1.933333, 1.685714, 1.32, 1.051613, .873016, .886614, 1.44549, 2.725245, 5.865689);
  }

  @Test
  void endsAtALossThatIsNotFinite() {
    LearningRateCurve curve = run(finder(5, 4, 3, Double.NaN, 3).steps(10));

    assertThat(curve.diverged()).isTrue();
    assertThat(curve.points()).hasSize(3);
  }

  /** The mean of the first batches is noise: 1 is not the minimum. */
  @Test
  void leavesOutTheFirstTenth() {
    LearningRateCurve curve =
        run(finder(1, 3, 3, 3, 2.9, 2.5, 2, 1.5, 1.6, 3).range(1e-4, 1e5).steps(10).smoothing(0));

    assertThat(curve.tenthOfMinimum()).isCloseTo(100, within(1e-4));
    assertThat(curve.steepest()).isCloseTo(100, within(1e-4));
  }

  @Test
  void suggestsNothingIfTheLossOnlyGrows() {
    LearningRateCurve curve = run(finder(1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9).steps(10));

    assertThat(curve.steepest()).isNull();
    assertThat(curve.tenthOfMinimum()).isNull();
    assertThat(curve.suggestion()).isNull();
    assertThat(new LearningRateCurve(List.of(), true).suggestion()).isNull();
  }

  /** Five samples in batches of two: the logs are means of the epoch, whose last batch has one. */
  @Test
  void theLossesAreThoseOfTheBatchesOverSeveralEpochs() {
    double[] losses = {9, 8, 7, 6, 5, 4, 3, 2, 1.5, 1};
    LearningRateCurve curve =
        run(finder(SmallImages.constant(100, 0, 1, 2, 0, 1), 2, losses).steps(10));

    assertThat(curve.points()).hasSize(10);
    for (int i = 0; i < losses.length; i++) {
      assertThat(curve.points().get(i).loss()).isCloseTo(losses[i], within(1e-6));
    }
  }

  @Test
  void accumulatedGradientsGiveOneLossForEachUpdate() {
    double[] losses = new double[30];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = 30 - i;
    }
    LearningRateCurve curve =
        run(
            finder(losses)
                .range(1e-4, 1e5)
                .steps(10)
                .config(builder -> builder.step(new GradientAccumulation(3))));

    assertThat(curve.points())
        .extracting(point -> Math.round(1e6 * point.loss()) / 1e6)
        .containsExactly(29.0, 26.0, 23.0, 20.0, 17.0, 14.0, 11.0, 8.0, 5.0, 2.0);
    assertThat(curve.points())
        .extracting(point -> (float) point.learningRate())
        .startsWith(1e-4f, 1e-3f)
        .endsWith(1e5f);
  }

  @Test
  void leavesOutCallbacksAndValidation() {
    Recorder recorder = new Recorder();
    LearningRateFinder finder =
        finder(FALLS_AND_DIVERGES)
            .steps(10)
            .fit(fit -> fit.callbacks((Callback) recorder).validation(THREE));
    run(finder);

    assertThat(recorder.hooks).isEmpty();
    assertThat(steps).isEqualTo(10);
  }

  @Test
  void rejectsARangeThatIsNone() {
    LearningRateFinder finder = LearningRateFinder.of(model(), THREE);
    assertRejected(() -> finder.range(0, 1), "Learning rates cannot grow from 0.0 to 1.0.");
    assertRejected(() -> finder.range(1, 1), "Learning rates cannot grow from 1.0 to 1.0.");
    assertRejected(() -> finder.range(1, 1e300), "Learning rates cannot grow");
    assertRejected(() -> finder.steps(9), "cannot be tested in 9 steps. Give 10 steps or more");
    assertRejected(() -> finder.smoothing(1), "cannot be smoothed by 1.0.");
    assertRejected(() -> run(finder), "The trainer has no optimizer.");
  }

  private static void assertRejected(Runnable action, String message) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageContaining(message);
  }
}
