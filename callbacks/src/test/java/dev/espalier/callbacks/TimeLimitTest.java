package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.Logs;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
  private final FakeTrainingControl control = FakeTrainingControl.withLearningRate(.1);
  private long now = 5_000_000_000L;

  private TimeLimit limit(Duration duration) {
    TimeLimit callback = new TimeLimit(duration, () -> now);
    control.beginTraining(callback);
    return callback;
  }

  private void step(TimeLimit callback, int seconds) {
    now += seconds * 1_000_000_000L;
    callback.onTrainBatchEnd(new Callback.BatchEnd(control, 0, 1, Logs.empty()));
  }

  @Test
  void stopsAtTheEndOfTheStepInWhichTheTimeIsUp() {
    TimeLimit callback = limit(Duration.ofMinutes(2));
    step(callback, 119);
    assertThat(control.stopReason()).isNull();
    step(callback, 1);
    assertThat(control.stopReason()).isEqualTo("the time limit of 2 min is reached");
  }

  @Test
  void aResumedTrainingHasUsedTheTimeUntilItsCheckpoint() {
    TimeLimit before = limit(Duration.ofSeconds(90));
    step(before, 60);
    CallbackState state = before.state();
    now += 1_000_000_000_000L; // nothing runs

    TimeLimit after = limit(Duration.ofSeconds(90));
    after.restoreState(state);
    step(after, 29);
    assertThat(control.stopReason()).isNull();
    step(after, 1);
    assertThat(control.stopReason()).isEqualTo("the time limit of 90 s is reached");
  }

  @Test
  void aLimitOfCenturiesIsNoProblem() {
    TimeLimit callback = limit(Duration.ofMinutes(1_000_000_000));
    step(callback, 1);
    assertThat(control.stopReason()).isNull();
  }

  @Test
  void rejectsNoTime() {
    assertThatThrownBy(() -> TimeLimit.of(Duration.ZERO))
        .hasMessage(
            "TimeLimit does not work with a limit of 0 seconds. Give a time above 0. [ESP-401]");
  }
}
