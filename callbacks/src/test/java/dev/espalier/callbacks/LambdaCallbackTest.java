package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LambdaCallbackTest {
  @Test
  void callsTheFunctionOfEachHookOnceWithItsEvent() {
    List<String> called = new ArrayList<>();
    callAll(
        LambdaCallback.of(
            hooks ->
                hooks
                    .onTrainBegin(event -> called.add("train begin " + event.epochs()))
                    .onEpochBegin(event -> called.add("epoch begin " + event.epoch()))
                    .onTrainBatchBegin(event -> called.add("batch begin " + event.batch()))
                    .onTrainBatchEnd(event -> called.add("batch end " + event.size()))
                    .onTestBegin(event -> called.add("test begin " + event.steps()))
                    .onTestBatchBegin(event -> called.add("test batch begin " + event.batch()))
                    .onTestBatchEnd(event -> called.add("test batch end " + event.batch()))
                    .onTestEnd(event -> called.add("test end " + event.logs()))
                    .onEpochEnd(event -> called.add("epoch end " + event.epoch()))
                    .onTrainEnd(event -> called.add("train end " + event.logs()))
                    .onException(
                        event -> called.add("failure " + event.exception().getMessage()))));

    assertThat(called)
        .containsExactly(
            "train begin 2",
            "epoch begin 1",
            "batch begin 5",
            "batch end 4",
            "test begin 3",
            "test batch begin 6",
            "test batch end 6",
            "test end {}",
            "epoch end 1",
            "train end {}",
            "failure torn");
  }

  @Test
  void hooksThatAreNotGivenDoNothing() {
    assertThatCode(() -> callAll(LambdaCallback.of(hooks -> {}))).doesNotThrowAnyException();
  }

  @Test
  void functionsOfOneHookAreCalledInOrder() {
    List<String> called = new ArrayList<>();
    callAll(
        LambdaCallback.of(
            hooks ->
                hooks
                    .onTrainEnd(event -> called.add("first"))
                    .onTrainEnd(event -> called.add("second"))));

    assertThat(called).containsExactly("first", "second");
  }

  private static void callAll(Callback callback) {
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(0.1);
    Logs logs = Logs.empty();
    callback.onTrainBegin(new Callback.TrainBegin(control, 0, 2, 3));
    callback.onEpochBegin(new Callback.EpochBegin(control, 1));
    callback.onTrainBatchBegin(new Callback.BatchBegin(control, 5));
    callback.onTrainBatchEnd(new Callback.BatchEnd(control, 5, 4, logs));
    callback.onTestBegin(new Callback.TestBegin(control, 3));
    callback.onTestBatchBegin(new Callback.BatchBegin(control, 6));
    callback.onTestBatchEnd(new Callback.BatchEnd(control, 6, 1, logs));
    callback.onTestEnd(new Callback.TestEnd(control, logs));
    callback.onEpochEnd(new Callback.EpochEnd(control, 1, logs));
    callback.onTrainEnd(new Callback.TrainEnd(control, logs));
    callback.onException(new Callback.Failure(control, new IllegalStateException("torn")));
  }
}
