package dev.espalier.testkit.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.Logs;
import dev.espalier.callback.ObservedBatch;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.metric.Goal;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Callback}: it resets itself at the start of each training, resumes from
 * its saved state as if it had not been interrupted, shares no state with other instances, and
 * tolerates metrics that are missing or not finite. The test of a callback extends this class.
 */
public abstract class CallbackContract {
  private static final int EPOCHS = 8;
  private static final int STEPS = 3;

  /** For subclasses. */
  protected CallbackContract() {}

  /** Returns a new callback with the same settings in each call. */
  protected abstract Callback callback();

  /** Returns the metrics of an epoch, which improve at first and get worse later. */
  protected Map<String, Double> metrics(int epoch) {
    double loss = epoch < 3 ? 2.0 - 0.5 * epoch : 1.0 + 0.1 * epoch;
    return Map.of(
        "loss", loss, "accuracy", 1 / (1 + loss), "val_loss", loss, "val_accuracy", 1 / (1 + loss));
  }

  private static FakeTrainingControl control() {
    Model model = Sequential.of(Input.of(2), Dense.of(2));
    Map<String, HostArray> values = new LinkedHashMap<>();
    model.variables().forEach(v -> values.put(v.name(), HostArray.filled(v.type(), 1)));
    Weights weights = Weights.of(values);
    return FakeTrainingControl.withLearningRate(0.1)
        .metric("accuracy", Goal.MAX)
        .model(model.withWeights(weights))
        .weights(weights);
  }

  /** Calls all hooks as a trainer does, and returns the actions of the callback by epoch. */
  private List<String> train(
      Callback callback, FakeTrainingControl control, List<Map<String, Double>> epochs) {
    callback.onTrainBegin(new Callback.TrainBegin(control, 0, epochs.size(), STEPS));
    List<String> done = new ArrayList<>();
    Logs logs = run(callback, control, epochs, 0, epochs.size(), done);
    callback.onTrainEnd(new Callback.TrainEnd(control, logs));
    return done;
  }

  /** Runs some epochs and records the actions of the callback; returns the last logs. */
  private Logs run(
      Callback callback,
      FakeTrainingControl control,
      List<Map<String, Double>> epochs,
      int from,
      int to,
      List<String> done) {
    Logs logs = new Logs(Map.of());
    if (callback.observedBatch().inputs()) {
      control.batch(new ObservedBatch(Map.of(), Map.of()));
    }
    for (int epoch = from; epoch < to && control.stopReason() == null; epoch++) {
      Map<String, Double> metrics = epochs.get(epoch);
      callback.onEpochBegin(new Callback.EpochBegin(control, epoch));
      for (int batch = 0; batch < STEPS; batch++) {
        callback.onTrainBatchBegin(new Callback.BatchBegin(control, batch));
        callback.onTrainBatchEnd(new Callback.BatchEnd(control, batch, 4, new Logs(metrics)));
      }
      evaluate(callback, control, metrics);
      logs = new Logs(metrics);
      callback.onEpochEnd(new Callback.EpochEnd(control, epoch, logs));
      done.add(
          "epoch "
              + epoch
              + ": learning rate "
              + control.learningRate()
              + ", stop "
              + control.stopReason()
              + ", weights "
              + control.weights().asMap());
    }
    return logs;
  }

  private static void evaluate(
      Callback callback, FakeTrainingControl control, Map<String, Double> metrics) {
    callback.onTestBegin(new Callback.TestBegin(control, 1));
    callback.onTestBatchBegin(new Callback.BatchBegin(control, 0));
    callback.onTestBatchEnd(new Callback.BatchEnd(control, 0, 4, new Logs(metrics)));
    callback.onTestEnd(new Callback.TestEnd(control, new Logs(metrics)));
  }

  private List<Map<String, Double>> epochs() {
    List<Map<String, Double>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      epochs.add(metrics(epoch));
    }
    return epochs;
  }

  @Test
  void startsAfreshInEachTraining() {
    Callback callback = callback();
    FakeTrainingControl first = control();
    List<String> once = train(callback, first, epochs());
    FakeTrainingControl second = control();

    assertThat(train(callback, second, epochs())).isEqualTo(once);
    assertThat(second.messages()).isEqualTo(first.messages());
  }

  /** A training resumes in another process with a new callback that gets only the saved state. */
  @Test
  void goesOnFromItsStateAfterAnyEpoch() {
    List<Map<String, Double>> epochs = epochs();
    FakeTrainingControl whole = control();
    List<String> expected = train(callback(), whole, epochs);
    for (int cut = 0; cut < expected.size(); cut++) {
      FakeTrainingControl control = control();
      List<String> done = new ArrayList<>();
      Callback before = callback();
      before.onTrainBegin(new Callback.TrainBegin(control, 0, EPOCHS, STEPS));
      run(before, control, epochs, 0, cut, done);
      CallbackState state = before.state();

      Callback after = callback();
      after.onTrainBegin(new Callback.TrainBegin(control, 0, EPOCHS, STEPS));
      if (!state.isEmpty()) {
        after.restoreState(state);
      }
      Logs logs = run(after, control, epochs, cut, EPOCHS, done);
      after.onTrainEnd(new Callback.TrainEnd(control, logs));

      assertThat(done).as("interrupted after %s epochs", cut).isEqualTo(expected);
      assertThat(control.weights()).isEqualTo(whole.weights());
      assertThat(control.messages()).isEqualTo(whole.messages());
      assertThat(control.stopReason()).isEqualTo(whole.stopReason());
    }
  }

  /** Two interleaved trainings behave like two separate ones. */
  @Test
  void objectsShareNoState() {
    List<Map<String, Double>> epochs = epochs();
    List<Map<String, Double>> reversed = new ArrayList<>(epochs);
    Collections.reverse(reversed);
    FakeTrainingControl firstAlone = control();
    List<String> firstExpected = train(callback(), firstAlone, epochs);
    FakeTrainingControl secondAlone = control();
    List<String> secondExpected = train(callback(), secondAlone, reversed);

    Callback first = callback();
    FakeTrainingControl firstControl = control();
    List<String> firstDone = new ArrayList<>();
    first.onTrainBegin(new Callback.TrainBegin(firstControl, 0, EPOCHS, STEPS));
    Callback second = callback();
    FakeTrainingControl secondControl = control();
    List<String> secondDone = new ArrayList<>();
    second.onTrainBegin(new Callback.TrainBegin(secondControl, 0, EPOCHS, STEPS));
    Logs firstLogs = new Logs(Map.of());
    Logs secondLogs = firstLogs;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      if (firstControl.stopReason() == null) {
        firstLogs = run(first, firstControl, epochs, epoch, epoch + 1, firstDone);
      }
      if (secondControl.stopReason() == null) {
        secondLogs = run(second, secondControl, reversed, epoch, epoch + 1, secondDone);
      }
    }
    first.onTrainEnd(new Callback.TrainEnd(firstControl, firstLogs));
    second.onTrainEnd(new Callback.TrainEnd(secondControl, secondLogs));

    assertThat(firstDone).isEqualTo(firstExpected);
    assertThat(firstControl.messages()).isEqualTo(firstAlone.messages());
    assertThat(firstControl.weights()).isEqualTo(firstAlone.weights());
    assertThat(secondDone).isEqualTo(secondExpected);
    assertThat(secondControl.messages()).isEqualTo(secondAlone.messages());
    assertThat(secondControl.weights()).isEqualTo(secondAlone.weights());
  }

  @Test
  void toleratesMissingMetrics() {
    FakeTrainingControl control = control();

    assertThat(train(callback(), control, List.of(Map.of(), Map.of(), Map.of()))).isNotEmpty();
  }

  @Test
  void toleratesMetricsThatAreNotFinite() {
    List<Map<String, Double>> epochs = new ArrayList<>();
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1, Double.NaN}) {
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics(0).keySet().forEach(name -> metrics.put(name, value));
      epochs.add(metrics);
    }
    FakeTrainingControl control = control();

    assertThat(train(callback(), control, epochs)).isNotEmpty();
    assertThat(control.learningRate()).isFinite().isNotNegative();
  }

  @Test
  void survivesAnEvaluationWithoutATraining() {
    FakeTrainingControl control = control();
    evaluate(callback(), control, metrics(0));

    assertThat(control.learningRate()).isEqualTo(0.1);
  }
}
