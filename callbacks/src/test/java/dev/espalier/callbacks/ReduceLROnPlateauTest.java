package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.callback.Logs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Goal;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReduceLROnPlateauTest {
  /** What a training came to, an entry for each epoch. */
  private record Trace(List<Double> rates, List<Integer> waits) {}

  private static Trace run(
      ReduceLROnPlateau callback, FakeTrainingControl control, List<Double> losses) {
    List<Double> rates = new ArrayList<>();
    List<Integer> waits = new ArrayList<>();
    control.beginTraining(callback);
    for (double loss : losses) {
      control.endEpoch(callback, Map.of("val_loss", loss));
      rates.add(control.learningRate());
      waits.add(callback.counted().waited());
    }
    return new Trace(rates, waits);
  }

  private static Trace run(ReduceLROnPlateau callback, double rate, List<Double> losses) {
    return run(callback, FakeTrainingControl.withLearningRate(rate), losses);
  }

  private static List<Double> constant(int epochs) {
    return Collections.nCopies(epochs, 1.0);
  }

  private static void assertRates(Trace trace, double... expected) {
    assertThat(trace.rates()).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(trace.rates().get(i))
          .as("rate after epoch %d", i + 1)
          .isCloseTo(expected[i], offset(1e-6 * expected[i]));
    }
  }

  private static ReduceLROnPlateau onLoss() {
    return ReduceLROnPlateau.on("val_loss");
  }

  /** The traces of Keras on a figure that stays as it is, from a rate of 0.2. */
  @Nested
  class OnAConstantMetric {
    @Test
    void patienceOfOneCutsEveryEpoch() {
      Trace trace = run(onLoss().factor(.1).patience(1), .2, constant(5));

      assertRates(trace, .2, .02, .002, .0002, .00002);
    }

    @Test
    void patienceOfZeroIsPatienceOfOne() {
      Trace trace = run(onLoss().factor(.1).patience(0), .2, constant(5));

      assertRates(trace, .2, .02, .002, .0002, .00002);
    }

    @Test
    void cooldownOfTwoSkipsOneEpoch() {
      Trace trace = run(onLoss().factor(.1).patience(1).cooldown(2), .2, constant(8));

      assertRates(trace, .2, .02, .02, .002, .002, .0002, .0002, .00002);
    }

    @Test
    void leastRateEndsTheCuts() {
      Trace trace = run(onLoss().factor(.2).patience(5).minLr(.005), .2, constant(27));

      assertRates(
          trace, .2, .2, .2, .2, .2, .04, .04, .04, .04, .04, .008, .008, .008, .008, .008, .005,
          .005, .005, .005, .005, .005, .005, .005, .005, .005, .005, .005);
      assertThat(trace.waits())
          .containsExactly(
              0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void cooldownOfOneChangesNothingButTheCounter() {
      Trace trace = run(onLoss().factor(.5).patience(2).cooldown(1), .2, constant(9));

      assertRates(trace, .2, .2, .1, .1, .05, .05, .025, .025, .0125);
      assertThat(trace.waits()).containsExactly(0, 1, 0, 1, 0, 1, 0, 1, 0);
    }

    @Test
    void rateThatIsTheLeastAlreadyStaysAndTheWaitGrows() {
      Trace trace = run(onLoss().factor(.1).patience(1).minLr(.2), .2, constant(6));

      assertRates(trace, .2, .2, .2, .2, .2, .2);
      assertThat(trace.waits()).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  @Test
  void smallGainsAddUpAgainstTheBestValue() {
    List<Double> losses = new ArrayList<>();
    for (int epoch = 0; epoch < 12; epoch++) {
      losses.add(1 - .005 * epoch);
    }

    Trace trace = run(onLoss().minDelta(.01).patience(3), .2, losses);

    assertThat(trace.rates()).containsOnly(.2);
    assertThat(trace.waits()).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2);
  }

  @Test
  void gainOfJustTheLeastChangeDoesNotCount() {
    // In 64 bits this would be a gain of a little more than 0.0001.
    double loss = (float) .9999;

    assertThat(run(onLoss(), .2, List.of(1.0, loss)).waits()).containsExactly(0, 1);
  }

  @Test
  void nanAsFirstValueIsNeverBeaten() {
    Trace trace = run(onLoss().factor(.1).patience(3), .2, List.of(Double.NaN, 1.0, .5, .2));

    assertRates(trace, .2, .2, .2, .02);
  }

  @Test
  void laterNanIsNoImprovement() {
    Trace trace =
        run(onLoss().factor(.1).patience(2), .2, List.of(1.0, Double.NaN, Double.NaN, .5));

    assertRates(trace, .2, .2, .02, .02);
    assertThat(trace.waits()).containsExactly(0, 1, 0, 0);
  }

  /** The losses that the fine-tuning tutorial prints; none of its stages comes to a cut. */
  @Nested
  class OnTheTutorial {
    @Test
    void scratch() {
      Trace trace =
          run(
              onLoss().factor(.2).patience(5).minLr(.005),
              .2,
              List.of(
                  3.7740, 2.7339, 2.5497, 2.3207, 2.1789, 2.1087, 2.0596, 1.8574, 1.8604, 1.8866,
                  1.8002, 1.8472, 1.7777, 1.7694, 1.7883, 1.7724, 1.7608, 1.7667, 1.7843, 1.8463));

      assertThat(trace.rates()).containsOnly(.2);
      assertThat(trace.waits())
          .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 1, 0, 0, 1, 2, 0, 1, 2, 3);
    }

    @Test
    void frozen() {
      Trace trace =
          run(
              onLoss().factor(.2).patience(5).minLr(.0001),
              .2,
              List.of(
                  1.5734, 1.4319, 1.3463, 1.2889, 1.2679, 1.2539, 1.2367, 1.2173, 1.2174, 1.2127,
                  1.2062, 1.2018, 1.2025, 1.1976, 1.1899, 1.1880, 1.1901, 1.1825, 1.1843, 1.1883,
                  1.1849, 1.1878, 1.1808, 1.1875, 1.1895));

      assertThat(trace.rates()).containsOnly(.2);
      assertThat(trace.waits())
          .containsExactly(
              0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 2, 3, 4, 0, 1, 2);
    }

    @Test
    void unfrozen() {
      Trace trace =
          run(
              onLoss().factor(.2).patience(5).minLr(.00001),
              .005,
              List.of(
                  .9062, .8623, .8047, .8077, .8034, .7699, .7785, .7680, .7495, .7364, .7419,
                  .7304, .7240, .7234, .7181, .7072, .6935, .7098, .6853, .7232, .7016, .6951,
                  .6822, .6938, .6968));

      assertThat(trace.rates()).containsOnly(.005);
      assertThat(trace.waits())
          .containsExactly(
              0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2, 3, 0, 1, 2);
    }
  }

  /** A rate kept as a whole number would become 0. */
  @Test
  void aRateOfOneIsCutToATenth() {
    assertRates(run(onLoss().factor(.1).patience(1), 1, constant(3)), 1, .1, .01);
  }

  /** What Keras' own tests ask for. */
  @Nested
  class AsKerasTests {
    @Test
    void cutsAfterTwoEpochs() {
      Trace trace = run(onLoss().factor(.1).patience(1).minDelta(100), .1, List.of(.9, .8));

      assertRates(trace, .1, .01);
    }

    @Test
    void optimizerWithAScheduleIsRefused() {
      FakeTrainingControl control = FakeTrainingControl.withSchedule(.1);

      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> control.beginTraining(onLoss()))
          .satisfies(
              error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
          .withMessageContaining("the optimizer follows a schedule");
    }

    @Test
    void verboseTellsOfTheCut() {
      FakeTrainingControl control = FakeTrainingControl.withLearningRate(.1);

      run(onLoss().factor(.1).patience(1).minDelta(100).verbose(true), control, List.of(.9, .8));

      assertThat(control.messages())
          .containsExactly(
              "Epoch 2: ReduceLROnPlateau reducing learning rate to 0.010000000149011612.");
    }

    /** One cut to the least rate, and none that would change nothing. */
    @Test
    void tellsOfNoCutAtTheLeastRate() {
      FakeTrainingControl control = FakeTrainingControl.withLearningRate(.1);

      run(
          onLoss().factor(.1).patience(1).minLr(.01).verbose(true),
          control,
          List.of(.9, .9, .9, .9, .9));

      assertThat(control.messages())
          .singleElement()
          .asString()
          .startsWith("Epoch 2: ReduceLROnPlateau reducing learning rate to 0.01");
    }

    @Test
    void goesNoLowerThanTheLeastRate() {
      Trace trace =
          run(
              onLoss().factor(.1).patience(1).minDelta(10).minLr(.005),
              .1,
              List.of(.9, .8, .7, .6));

      assertThat(trace.rates().get(3)).isEqualTo(.005);
    }

    @Test
    void cooldownDelaysTheSecondCut() {
      Trace trace =
          run(
              onLoss().factor(.1).patience(1).minDelta(100).cooldown(2),
              .1,
              List.of(.9, .8, .7, .6));

      assertThat(trace.rates().get(3)).isCloseTo(.001, offset(1e-9));
    }

    @Test
    void trainingStartsAfresh() {
      ReduceLROnPlateau callback = onLoss().factor(.1).patience(1).cooldown(9);
      run(callback, .2, List.of(.5, .9, .9));
      assertThat(callback.counted()).isNotEqualTo(ReduceLROnPlateau.State.FRESH);

      FakeTrainingControl.withLearningRate(.1).beginTraining(callback);

      assertThat(callback.counted().best()).isNull();
      assertThat(callback.counted().waited()).isZero();
      assertThat(callback.counted().cooldown()).isZero();
    }
  }

  @Test
  void logsHoldTheRateThatTheEpochWasTrainedWith() {
    ReduceLROnPlateau callback = onLoss().factor(.1).patience(1);
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(.5);
    control.beginTraining(callback);

    control.endEpoch(callback, Map.of("loss", 3.0, "val_loss", 1.0));
    Logs second = control.endEpoch(callback, Map.of("loss", 3.0, "val_loss", 1.0));
    Logs third = control.endEpoch(callback, Map.of("loss", 3.0, "val_loss", 1.0));

    assertThat(second.asMap())
        .containsExactly(
            Map.entry("loss", 3.0), Map.entry("val_loss", 1.0), Map.entry("learning_rate", .5));
    assertThat(third.get("learning_rate")).isEqualTo((double) .05f);
  }

  @Test
  void reportsAMissingMetricOnceAndDoesNotCountTheEpoch() {
    ReduceLROnPlateau callback = onLoss().patience(1);
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(.5);
    control.beginTraining(callback);

    control.endEpoch(callback, Map.of("val_loss", 1.0));
    control.endEpoch(callback, Map.of("loss", 2.0, "accuracy", .5));
    control.endEpoch(callback, Map.of("loss", 2.0, "accuracy", .5));

    assertThat(control.learningRate()).isEqualTo(.5);
    assertThat(callback.counted().waited()).isZero();
    assertThat(control.messages())
        .containsExactly(
            "ReduceLROnPlateau monitors val_loss, which has no value in this epoch, and"
                + " leaves the learning rate as it is. Available: accuracy, loss, learning_rate.");
  }

  @Test
  void metricThatGrowsIsWatchedUpwards() {
    ReduceLROnPlateau callback = ReduceLROnPlateau.on("val_accuracy").patience(1).factor(.5);
    FakeTrainingControl control =
        FakeTrainingControl.withLearningRate(1).metric("accuracy", Goal.MAX);
    control.beginTraining(callback);

    control.endEpoch(callback, Map.of("val_accuracy", .5));
    control.endEpoch(callback, Map.of("val_accuracy", .6));
    assertThat(control.learningRate()).isEqualTo(1);
    control.endEpoch(callback, Map.of("val_accuracy", .55));
    assertThat(control.learningRate()).isEqualTo(.5);
  }

  @Test
  void rejectsAnUnknownMetricAtTheEndOfTheFirstEpoch() {
    ReduceLROnPlateau callback = ReduceLROnPlateau.on("val_acc");
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(1);
    control.beginTraining(callback);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> control.endEpoch(callback, Map.of("val_accuracy", .5, "val_loss", 1.0)))
        .withMessage(
            "ReduceLROnPlateau monitors val_acc, but neither the loss nor a metric is"
                + " called that, so it cannot tell whether lower or higher is better. Monitor"
                + " one of val_accuracy, val_loss, or set mode(Goal.MIN) or"
                + " mode(Goal.MAX). [ESP-402]");
  }

  @Test
  void settingAnythingLeavesTheOriginalAlone() {
    ReduceLROnPlateau original = onLoss().factor(.1).patience(1);

    ReduceLROnPlateau patient = original.patience(3);
    run(original, .2, constant(3));

    assertThat(patient.counted()).isEqualTo(ReduceLROnPlateau.State.FRESH);
    assertRates(run(original, .2, constant(2)), .2, .02);
    assertRates(run(patient, .2, constant(4)), .2, .2, .2, .02);
  }

  @Test
  void impossibleSettingsAreRefusedWhereTheyAreMade() {
    assertRefused(() -> onLoss().factor(1), "a factor of 1.0");
    assertRefused(() -> onLoss().factor(Double.NaN), "a factor of NaN");
    assertRefused(() -> onLoss().factor(-1), "a factor of -1.0");
    assertRefused(() -> onLoss().patience(-1), "a patience of -1");
    assertRefused(() -> onLoss().cooldown(-1), "a cooldown of -1");
    assertRefused(() -> onLoss().minLr(-.1), "a minLr of -0.1");
    assertRefused(() -> onLoss().minDelta(Double.NaN), "not a number");
    assertRefused(() -> ReduceLROnPlateau.on(" "), "no name");
  }

  @Test
  void factorOfZeroGoesStraightToTheLeastRate() {
    assertRates(run(onLoss().factor(0).patience(1).minLr(.03), .2, constant(2)), .2, .03);
  }

  private static void assertRefused(Runnable setting, String part) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(setting::run)
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .withMessageContaining(part);
  }
}
