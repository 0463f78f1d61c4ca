package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.callback.CallbackState;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Goal;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ModelCheckpointTest {
  private static final Path FILE = Path.of("run", "best.safetensors");

  private final FakeTrainingControl control =
      FakeTrainingControl.withLearningRate(.1).metric("accuracy", Goal.MAX);

  private static ModelCheckpoint best() {
    return ModelCheckpoint.to(FILE).saveBestOnly(true);
  }

  /** Trains, and returns the epochs after which the model was saved, counted from 1. */
  private List<Integer> train(ModelCheckpoint callback, String key, double... values) {
    List<Map<String, Double>> epochs = new ArrayList<>();
    for (double value : values) {
      epochs.add(Map.of(key, value));
    }
    return train(callback, epochs);
  }

  private List<Integer> train(ModelCheckpoint callback, List<Map<String, Double>> epochs) {
    control.beginTraining(callback);
    epochs.forEach(logs -> control.endEpoch(callback, logs));
    control.endTraining(callback);
    return saved();
  }

  private List<Integer> saved() {
    return control.savedModels().stream()
        .map(model -> Integer.valueOf(model.metadata().getOrDefault("epoch", "none")))
        .toList();
  }

  /** What Keras' own tests ask for. */
  @Nested
  class AsKerasTests {
    @Test
    void everyEpochIsSavedByDefault() {
      assertThat(train(ModelCheckpoint.to(FILE), "val_loss", 1, 3, 2)).containsExactly(1, 2, 3);
    }

    @Test
    void theBestOnlyIsSaved() {
      assertThat(train(best(), "val_loss", 3, 2, 2, 2.5, 1)).containsExactly(1, 2, 5);
    }

    @Test
    void theDirectionIsThatOfTheMetricOrTheMode() {
      assertThat(train(best().monitor("val_accuracy"), "val_accuracy", .5, .6, .4))
          .containsExactly(1, 2);
      assertThat(train(best().monitor("score").mode(Goal.MAX), "score", 1, 2, 1))
          .containsExactly(1, 2, 1, 2);
    }

    @Test
    void anUnknownMonitorWarnsAndSaves() {
      assertThat(train(best().monitor("unknown"), "val_loss", 1, 2)).containsExactly(1, 2);
      assertThat(control.messages())
          .containsExactly(
              "ModelCheckpoint monitors unknown, which has no value in this epoch, and saves"
                  + " the model all the same. Available: val_loss.");
    }

    @Test
    void aThresholdMustBeBeaten() {
      ModelCheckpoint accuracy = best().monitor("val_accuracy");
      assertThat(train(accuracy.initialValueThreshold(-.01), "val_accuracy", .5))
          .containsExactly(1);
      assertThat(train(best().initialValueThreshold(0), "val_loss", 1, .5)).containsExactly(1);
    }

    @Test
    void messagesSayWhatImproved() {
      train(best().verbose(true), "val_loss", 1.153424, 2);

      assertThat(control.messages())
          .containsExactly(
              "Epoch 1: val_loss improved from none to 1.15342, saving model to " + FILE,
              "Epoch 2: val_loss did not improve from 1.15342");
    }
  }

  /** Keras would replace the best model with one of which nothing is known. */
  @Test
  void anEpochWithoutValidationDoesNotReplaceTheBest() {
    List<Map<String, Double>> everySecond =
        List.of(
            Map.of("loss", 5.0),
            Map.of("loss", 4.0, "val_loss", 2.0),
            Map.of("loss", 3.0),
            Map.of("loss", 2.0, "val_loss", 1.0),
            Map.of("loss", 1.0));

    assertThat(train(best(), everySecond)).containsExactly(1, 2, 4);
    assertThat(control.messages()).hasSize(1);
  }

  /** In Keras nothing is better than a NaN that came first. */
  @Test
  void anyNumberIsBetterThanNaN() {
    assertThat(train(best(), "val_loss", Double.NaN, 2, Double.NaN, 1)).containsExactly(1, 2, 4);
  }

  @Test
  void theFileSaysOfWhichEpochItIs() {
    train(best().metadata(Map.of("data", "pets/train")), "val_loss", 3, 1.5);

    assertThat(control.savedModels().get(1))
        .isEqualTo(
            new FakeTrainingControl.SavedModel(
                FILE, Map.of("epoch", "2", "val_loss", "1.5", "data", "pets/train")));
  }

  @Test
  void theBestValueSurvivesAnInterruption() {
    ModelCheckpoint before = best();
    control.beginTraining(before);
    control.endEpoch(before, Map.of("val_loss", 1.0));
    CallbackState state = before.state();

    ModelCheckpoint after = best();
    control.beginTraining(after);
    after.restoreState(state);
    control.endEpoch(after, Map.of("val_loss", 1.5));

    assertThat(saved()).containsExactly(1);
    assertThat(after.best()).isEqualTo(1);
    assertThat(after.savedEpoch()).isZero();
  }

  @Test
  void aLaterTrainingIsGivenTheBestValueOfAnEarlierOne() {
    ModelCheckpoint first = best();
    assertThat(train(first, "val_loss", 2, 1, 3)).containsExactly(1, 2);
    ModelCheckpoint second = best().initialValueThreshold(first.best());

    assertThat(train(second, "val_loss", 1.5, 1.2)).as("of the first only").containsExactly(1, 2);
    assertThat(second.savedEpoch()).isNull();
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelCheckpoint.to(Path.of("")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> best().initialValueThreshold(Double.NaN))
        .withMessage(
            "ModelCheckpoint does not work with a initialValueThreshold of NaN. Give a"
                + " number, or omit it. [ESP-401]");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> best().monitor(" "))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
  }

  @Test
  void settingsAreShown() {
    assertThat(best())
        .hasToString(
            "ModelCheckpoint[file="
                + FILE
                + ", monitor=Monitor[key=val_loss, mode=null, minDelta=0.0], saveBestOnly=true,"
                + " initialValueThreshold=null, metadata={}, verbose=false]");
  }
}
