package dev.espalier.testkit.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.training.Callback;
import dev.espalier.training.Logs;
import dev.espalier.training.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The promises of {@link Callback}: it starts afresh in each training, keeps nothing to itself that
 * another object sees, and survives figures that are missing or not finite. The test of a callback
 * extends this class.
 */
public abstract class CallbackContract {
  private static final int EPOCHS = 8;
  private static final int STEPS = 3;

  /** For subclasses. */
  protected CallbackContract() {}

  /** Returns a new callback with the same settings in each call. */
  protected abstract Callback callback();

  /** Returns the figures of an epoch, which get better at first and worse later. */
  protected Map<String, Double> figures(int epoch) {
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
        .metric("accuracy", Metric.Direction.UP)
        .model(model.withWeights(weights))
        .weights(weights);
  }

  /** Calls all hooks as a trainer does, and returns what the callback did, epoch by epoch. */
  private List<String> train(
      Callback callback, FakeTrainingControl control, List<Map<String, Double>> epochs) {
    List<String> done = new ArrayList<>();
    callback.onTrainBegin(new Callback.TrainBegin(control, 0, epochs.size(), STEPS));
    Logs logs = new Logs(Map.of());
    for (int epoch = 0; epoch < epochs.size() && control.stopReason() == null; epoch++) {
      Map<String, Double> figures = epochs.get(epoch);
      callback.onEpochBegin(new Callback.EpochBegin(control, epoch));
      for (int batch = 0; batch < STEPS; batch++) {
        callback.onTrainBatchBegin(new Callback.BatchBegin(control, batch));
        callback.onTrainBatchEnd(new Callback.BatchEnd(control, batch, 4, new Logs(figures)));
      }
      evaluate(callback, control, figures);
      logs = new Logs(figures);
      callback.onEpochEnd(new Callback.EpochEnd(control, epoch, logs));
      done.add(
          "epoch "
              + epoch
              + ": learning rate "
              + control.learningRate()
              + ", stop "
              + control.stopReason());
    }
    callback.onTrainEnd(new Callback.TrainEnd(control, logs));
    return done;
  }

  private static void evaluate(
      Callback callback, FakeTrainingControl control, Map<String, Double> figures) {
    callback.onTestBegin(new Callback.TestBegin(control, 1));
    callback.onTestBatchBegin(new Callback.BatchBegin(control, 0));
    callback.onTestBatchEnd(new Callback.BatchEnd(control, 0, 4, new Logs(figures)));
    callback.onTestEnd(new Callback.TestEnd(control, new Logs(figures)));
  }

  private List<Map<String, Double>> epochs() {
    List<Map<String, Double>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      epochs.add(figures(epoch));
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

  @Test
  void objectsShareNoState() {
    FakeTrainingControl first = control();
    List<String> once = train(callback(), first, epochs());
    FakeTrainingControl second = control();

    assertThat(train(callback(), second, epochs())).isEqualTo(once);
    assertThat(second.messages()).isEqualTo(first.messages());
  }

  @Test
  void survivesFiguresThatAreMissing() {
    FakeTrainingControl control = control();

    assertThat(train(callback(), control, List.of(Map.of(), Map.of(), Map.of()))).isNotEmpty();
  }

  @Test
  void survivesFiguresThatAreNotFinite() {
    List<Map<String, Double>> epochs = new ArrayList<>();
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1, Double.NaN}) {
      Map<String, Double> figures = new LinkedHashMap<>();
      figures(0).keySet().forEach(name -> figures.put(name, value));
      epochs.add(figures);
    }
    FakeTrainingControl control = control();

    assertThat(train(callback(), control, epochs)).isNotEmpty();
    assertThat(control.learningRate()).isFinite().isNotNegative();
  }

  @Test
  void survivesAnEvaluationWithoutATraining() {
    FakeTrainingControl control = control();
    evaluate(callback(), control, figures(0));

    assertThat(control.learningRate()).isEqualTo(0.1);
  }
}
