package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminateOnNaNTest {
  private final FakeTrainingControl control = FakeTrainingControl.withLearningRate(.1);

  private void endBatch(Callback callback, int batch, double loss) {
    callback.onTrainBatchEnd(
        new Callback.BatchEnd(control, batch, 4, new Logs(Map.of("loss", loss))));
  }

  @Test
  void nanEndsTrainingAtItsBatch() {
    TerminateOnNaN callback = TerminateOnNaN.create();

    endBatch(callback, 0, 3.5);
    endBatch(callback, 1, Double.MAX_VALUE);
    assertThat(control.stopReason()).isNull();
    assertThat(control.messages()).isEmpty();

    endBatch(callback, 2, Double.NaN);
    assertThat(control.stopReason()).isEqualTo("the loss is NaN (TerminateOnNaN)");
    assertThat(control.messages()).containsExactly("Batch 2: Invalid loss, terminating training");
  }

  @Test
  void infinityOfEitherSignEndsTraining() {
    endBatch(TerminateOnNaN.create(), 0, Double.NEGATIVE_INFINITY);

    assertThat(control.stopReason()).isEqualTo("the loss is -Infinity (TerminateOnNaN)");
    FakeTrainingControl other = FakeTrainingControl.withLearningRate(.1);
    TerminateOnNaN.create()
        .onTrainBatchEnd(
            new Callback.BatchEnd(other, 0, 4, new Logs(Map.of("loss", Double.POSITIVE_INFINITY))));
    assertThat(other.stopReason()).isEqualTo("the loss is Infinity (TerminateOnNaN)");
  }

  @Test
  void evaluationIsNotItsBusiness() {
    TerminateOnNaN.create()
        .onTestBatchEnd(new Callback.BatchEnd(control, 0, 4, new Logs(Map.of("loss", Double.NaN))));

    assertThat(control.stopReason()).isNull();
  }

  @Test
  void failsIfAskedTo() {
    TerminateOnNaN callback = TerminateOnNaN.create().raiseError(true);

    endBatch(callback, 0, 1);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> endBatch(callback, 1, Double.NaN))
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.CALLBACK_FAILED))
        .withMessageStartingWith("The loss is NaN at batch 1 (TerminateOnNaN). Lower the learning");
    assertThat(control.stopReason()).isNull();
  }

  @Test
  void saysWhatItIsSetTo() {
    assertThat(TerminateOnNaN.create().raiseError(true))
        .hasToString("TerminateOnNaN[raiseError=true]");
  }
}
