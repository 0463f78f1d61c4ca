package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.training.FakeTrainingControl;
import org.junit.jupiter.api.Test;

class LearningRateSchedulerTest {
  private final FakeTrainingControl control = FakeTrainingControl.withLearningRate(.03);

  private void begin(LearningRateScheduler callback, int epoch) {
    callback.onEpochBegin(new Callback.EpochBegin(control, epoch));
  }

  @Test
  void setsTheRateOfEachEpochFromTheOneBefore() {
    LearningRateScheduler halving = LearningRateScheduler.of((epoch, rate) -> rate / 2);
    begin(halving, 0);
    begin(halving, 1);

    assertThat(control.learningRate()).isEqualTo(.0075);
    assertThat(control.messages()).isEmpty();
  }

  @Test
  void saysWhatItSets() {
    begin(LearningRateScheduler.of((epoch, rate) -> 1.0 / (2 + epoch)).verbose(true), 0);

    assertThat(control.messages())
        .containsExactly("Epoch 1: LearningRateScheduler setting learning rate to 0.5.");
  }

  @Test
  void rejectsARateThatIsNone() {
    assertThatThrownBy(() -> begin(LearningRateScheduler.of((epoch, rate) -> Double.NaN), 4))
        .hasMessage(
            "The function of LearningRateScheduler gives the learning rate NaN for epoch 5. Return"
                + " a finite number of 0 or more. [ESP-402]");
  }

  @Test
  void rejectsASchedule() {
    LearningRateScheduler callback = LearningRateScheduler.of((epoch, rate) -> 1);
    FakeTrainingControl scheduled = FakeTrainingControl.withSchedule(0.1);

    assertThat(callback.setsLearningRate()).isTrue();
    assertThatThrownBy(() -> callback.onEpochBegin(new Callback.EpochBegin(scheduled, 0)))
        .isInstanceOf(EspalierException.class);
  }
}
