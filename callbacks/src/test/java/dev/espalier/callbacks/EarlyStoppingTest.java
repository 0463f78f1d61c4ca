package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Goal;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {
  private final FakeTrainingControl control =
      FakeTrainingControl.withLearningRate(.1).metric("accuracy", Goal.MAX);

  private static EarlyStopping onLoss() {
    return EarlyStopping.on("val_loss");
  }

  /** Trains until it is asked to stop or the figures end, and returns the number of epochs. */
  private int train(EarlyStopping callback, Double... losses) {
    return trainOn(callback, "val_loss", losses);
  }

  private int trainOn(EarlyStopping callback, String metric, Double... values) {
    control.beginTraining(callback);
    int epochs = 0;
    while (epochs < values.length && control.stopReason() == null) {
      control.weights(EpochWeights.of(epochs));
      control.endEpoch(callback, Map.of(metric, values[epochs]));
      epochs++;
    }
    control.endTraining(callback);
    return epochs;
  }

  private int epochOfWeights() {
    return EpochWeights.epoch(control.weights());
  }

  private static Double[] constant(int epochs) {
    return Collections.nCopies(epochs, 1.0).toArray(Double[]::new);
  }

  /** What Keras' own tests ask for. */
  @Nested
  class AsKerasTests {
    @Test
    void stopsWhenPatienceIsOver() {
      for (int patience : new int[] {0, 1, 2, 3}) {
        int epochs =
            train(onLoss().patience(patience), 10.0, 9.0, 8.0, 9.0, 8.9, 8.8, 8.7, 8.6, 8.5);

        assertThat(epochs - 1)
            .as("index of the last epoch with patience %s", patience)
            .isEqualTo(Math.max(patience, 1) + 2);
      }
    }

    @Test
    void weightsOfTheBestEpochComeBack() {
      int epochs = train(onLoss().patience(2).restoreBestWeights(true), .2, .15, .1, .11, .12, .05);

      assertThat(epochs).isEqualTo(5);
      assertThat(epochOfWeights()).isEqualTo(2);
    }

    @Test
    void weightsStayIfTheyAreNotAskedFor() {
      train(onLoss().patience(2), .2, .15, .1, .11, .12);

      assertThat(epochOfWeights()).isEqualTo(4);
    }

    @Test
    void improvementShortOfTheBaselineDoesNotEndTheWait() {
      int epochs =
          train(
              onLoss().patience(5).baseline(.5).restoreBestWeights(true),
              .9,
              .8,
              .7,
              .71,
              .72,
              .73,
              .74);

      assertThat(epochs).isEqualTo(5);
      assertThat(epochOfWeights()).isEqualTo(2);
    }

    @Test
    void improvementBeyondTheBaselineEndsTheWait() {
      assertThat(train(onLoss().patience(3).baseline(.6), .9, .5, .7, .71, .72, .73)).isEqualTo(5);
    }

    @Test
    void weightsComeBackWhenAnotherCallbackStops() {
      EarlyStopping callback = onLoss().patience(5).baseline(.5).restoreBestWeights(true);

      train(callback, .9, .8, .7, .71);

      assertThat(control.stopReason()).isNull();
      assertThat(epochOfWeights()).isEqualTo(2);
    }

    @Test
    void startsFromAGivenEpoch() {
      assertThat(train(onLoss().patience(3).startFromEpoch(2), constant(9))).isEqualTo(6);
      assertThat(train(onLoss().patience(0).startFromEpoch(2), constant(9))).isEqualTo(4);
    }

    @Test
    void oneCallbackServesTwoTrainings() {
      EarlyStopping callback = onLoss().patience(3).restoreBestWeights(true);

      assertThat(train(callback, .1, .2, .3, .4, .5)).isEqualTo(4);
      assertThat(train(callback, .9, .8, .85, .86, .87, .88)).isEqualTo(5);
      assertThat(epochOfWeights()).isEqualTo(1);
    }
  }

  @Test
  void whatComesBeforeTheStartIsNotTheBestEither() {
    train(onLoss().startFromEpoch(2).restoreBestWeights(true), .1, .1, .5, .4);

    assertThat(epochOfWeights()).isEqualTo(3);
  }

  @Test
  void weightsComeBackAtANormalEndToo() {
    assertThat(train(onLoss().patience(9).restoreBestWeights(true), .3, .1, .2)).isEqualTo(3);

    assertThat(control.stopReason()).isNull();
    assertThat(epochOfWeights()).isEqualTo(1);
  }

  @Test
  void nothingComesBackWhenNoEpochWasLookedAt() {
    train(onLoss().startFromEpoch(5).restoreBestWeights(true), .3, .1, .2);

    assertThat(epochOfWeights()).isEqualTo(2);
  }

  @Test
  void theFirstEpochOfAllNeverEndsTraining() {
    EarlyStopping callback = onLoss().baseline(.5);

    assertThat(train(callback, Double.NaN)).isEqualTo(1);
    assertThat(control.stopReason()).isNull();
  }

  @Test
  void nanIsNoImprovementUnlessItComesFirst() {
    EarlyStopping callback = onLoss().patience(2).restoreBestWeights(true);

    assertThat(train(callback, 1.0, Double.NaN, Double.NaN, .1)).isEqualTo(3);
    assertThat(epochOfWeights()).isZero();
    // As in Keras 3, nothing beats a NaN that came first.
    assertThat(train(callback, Double.NaN, 1.0, .5, .1)).isEqualTo(3);
    assertThat(epochOfWeights()).isZero();
  }

  @Test
  void smallGainsAddUpAgainstTheBestValue() {
    assertThat(train(onLoss().minDelta(.01).patience(2), 1.0, .995, .989, .984, .978, .973, .972))
        .isEqualTo(7);
    assertThat(train(onLoss().minDelta(.01).patience(1), 1.0, .995, .989)).isEqualTo(2);
  }

  @Test
  void metricThatGrowsIsWatchedUpwards() {
    EarlyStopping callback = EarlyStopping.on("val_accuracy").patience(1).restoreBestWeights(true);

    assertThat(trainOn(callback, "val_accuracy", .5, .6, .55, .7)).isEqualTo(3);
    assertThat(epochOfWeights()).isEqualTo(1);
  }

  @Test
  void givenModeWinsOverWhatTheMetricDeclares() {
    EarlyStopping callback = EarlyStopping.on("val_accuracy").mode(Goal.MIN);

    assertThat(trainOn(callback, "val_accuracy", .6, .5, .4, .45)).isEqualTo(4);
    assertThat(control.stopReason()).isNotNull();
  }

  @Test
  void reasonSaysWhatStayedAndForHowLong() {
    train(onLoss().patience(2), constant(9));
    assertThat(control.stopReason())
        .isEqualTo("val_loss has not improved for 2 epochs (EarlyStopping)");

    train(onLoss(), constant(9));
    assertThat(control.stopReason())
        .isEqualTo("val_loss has not improved for an epoch (EarlyStopping)");
  }

  @Test
  void verboseTellsOfTheStopAndTheWeights() {
    train(onLoss().patience(2).restoreBestWeights(true), constant(9));
    assertThat(control.messages()).isEmpty();

    train(onLoss().patience(2).restoreBestWeights(true).verbose(true), constant(9));
    assertThat(control.messages())
        .containsExactly(
            "Epoch 3: early stopping",
            "Restoring model weights from the end of the best epoch: 1.");
  }

  @Test
  void reportsAMissingMetricOnceAndDoesNotCountTheEpoch() {
    EarlyStopping callback = onLoss().patience(1);
    control.beginTraining(callback);

    control.endEpoch(callback, Map.of("val_loss", 1.0));
    control.endEpoch(callback, Map.of("loss", 2.0, "accuracy", .5));
    control.endEpoch(callback, Map.of("loss", 2.0, "accuracy", .5));

    assertThat(control.stopReason()).isNull();
    assertThat(control.messages())
        .containsExactly(
            "EarlyStopping monitors val_loss, which has no value in this epoch, and does"
                + " not count it. Available: accuracy, loss.");
  }

  @Test
  void rejectsAnUnknownMetricAtTheEndOfTheFirstEpoch() {
    EarlyStopping callback = EarlyStopping.on("val_acc");
    control.beginTraining(callback);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> control.endEpoch(callback, Map.of("val_accuracy", .5, "val_loss", 1.0)))
        .withMessage(
            "EarlyStopping monitors val_acc, but neither the loss nor a metric is called"
                + " that, so it cannot tell whether lower or higher is better. Monitor one of"
                + " val_accuracy, val_loss, or set mode(Goal.MIN) or"
                + " mode(Goal.MAX). [ESP-402]");
  }

  @Test
  void settingAnythingLeavesTheOriginalAlone() {
    EarlyStopping original = onLoss().patience(1);
    EarlyStopping patient = original.patience(3);

    assertThat(train(original, constant(9))).isEqualTo(2);
    assertThat(train(patient, constant(9))).isEqualTo(4);
  }

  @Test
  void saysWhatItIsSetTo() {
    assertThat(onLoss().baseline(.5))
        .hasToString(
            "EarlyStopping[monitor=Monitor[key=val_loss, mode=null, minDelta=0.0], patience=0,"
                + " baseline=0.5, startFromEpoch=0, restoreBestWeights=false, verbose=false]");
  }

  @Test
  void impossibleSettingsAreRefusedWhereTheyAreMade() {
    List<Runnable> refused =
        List.of(
            () -> onLoss().patience(-1),
            () -> onLoss().startFromEpoch(-1),
            () -> onLoss().baseline(Double.NaN),
            () -> onLoss().minDelta(Double.NaN),
            () -> EarlyStopping.on(" "));
    for (Runnable setting : refused) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(setting::run)
          .extracting(EspalierException::code)
          .isEqualTo(ErrorCode.INVALID_TRAINING_SETTING);
    }
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> onLoss().patience(-1))
        .withMessageStartingWith(
            "EarlyStopping does not work with a patience of -1. Give a number of epochs, 0 or");
  }
}
