package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.Logs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Weights;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SwapEmaWeightsTest {
  private static final Weights OWN =
      Weights.of(Map.of("a/kernel", numbers(1, 2), "a/moving_mean", numbers(3, 4)));
  private static final Weights AVERAGED =
      Weights.of(Map.of("a/kernel", numbers(5, 6), "a/moving_mean", numbers(3, 4)));
  private static final Weights SLOTS =
      Weights.of(
          Map.of(
              "a/kernel/average", numbers(5, 6),
              "a/kernel/average_started", HostArray.scalar(1f),
              "a/kernel/momentum", numbers(7, 8)));

  private final FakeTrainingControl control =
      FakeTrainingControl.withLearningRate(.1).weights(OWN).optimizerSlots(SLOTS);

  private static HostArray numbers(float... values) {
    return HostArray.wrap(Shape.of(values.length), values);
  }

  private void validate(Callback callback) {
    callback.onTestBegin(new Callback.TestBegin(control, 1));
    assertThat(control.weights()).isEqualTo(AVERAGED);
    callback.onTestEnd(new Callback.TestEnd(control, Logs.empty()));
    assertThat(control.weights()).isEqualTo(OWN);
  }

  @Test
  void validatesWithTheAveragesAndTrainsOnWithTheWeights() {
    SwapEmaWeights callback = SwapEmaWeights.create();
    control.beginTraining(callback);
    validate(callback);
    control.endEpoch(callback, Map.of());
    assertThat(control.weights()).isEqualTo(OWN);
    control.endTraining(callback);
    assertThat(control.weights()).isEqualTo(AVERAGED);
  }

  @Test
  void callbacksAfterItSeeTheAveragesAtTheEndOfAnEpoch() {
    SwapEmaWeights callback = SwapEmaWeights.create().swapOnEpoch(true);
    control.beginTraining(callback);
    validate(callback);
    control.endEpoch(callback, Map.of());
    assertThat(control.weights()).isEqualTo(AVERAGED);
    callback.onEpochBegin(new Callback.EpochBegin(control, 1));
    assertThat(control.weights()).isEqualTo(OWN);
    control.endEpoch(callback, Map.of());
    control.endTraining(callback);
    assertThat(control.weights()).isEqualTo(AVERAGED);
  }

  @Test
  void aTrainingResumedAtTheEndOfAnEpochGoesOnWithTheWeights() {
    SwapEmaWeights callback = SwapEmaWeights.create().swapOnEpoch(true);
    control.beginTraining(callback);
    control.endEpoch(callback, Map.of());
    CallbackState state = callback.state();
    SwapEmaWeights resumed = SwapEmaWeights.create().swapOnEpoch(true);
    resumed.onTrainBegin(new Callback.TrainBegin(control, 1, 3, 1));
    resumed.restoreState(state);
    resumed.onEpochBegin(new Callback.EpochBegin(control, 1));
    assertThat(control.weights()).isEqualTo(OWN);
    assertThat(resumed.state().isEmpty()).isTrue();
  }

  @Test
  void aFailureWhileTheWeightsAreSwappedGivesThemBack() {
    SwapEmaWeights callback = SwapEmaWeights.create();
    control.beginTraining(callback);
    callback.onTestBegin(new Callback.TestBegin(control, 1));
    callback.onException(new Callback.Failure(control, new IllegalStateException()));
    assertThat(control.weights()).isEqualTo(OWN);
  }

  @Test
  void weightsThatWereNotUpdatedYetHaveNoAverage() {
    SwapEmaWeights callback = SwapEmaWeights.create();
    control.optimizerSlots(
        SLOTS.with(Weights.of(Map.of("a/kernel/average_started", HostArray.scalar(0f)))));
    control.beginTraining(callback);
    callback.onTestBegin(new Callback.TestBegin(control, 1));
    assertThat(control.weights()).isEqualTo(OWN);
  }

  @Test
  void anOptimizerWithoutAveragesIsRefused() {
    control.optimizerSlots(Weights.of(Map.of("a/kernel/momentum", numbers(7, 8))));
    SwapEmaWeights callback = SwapEmaWeights.create();
    control.beginTraining(callback);
    assertThatThrownBy(() -> callback.onTestBegin(new Callback.TestBegin(control, 1)))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessage(
            "The optimizer keeps no averages of the weights (SwapEmaWeights). Wrap it:"
                + " WeightAveraging.of(optimizer), in a file optimizer { name = weight-averaging,"
                + " optimizer { ... } }. [ESP-401]");
  }
}
