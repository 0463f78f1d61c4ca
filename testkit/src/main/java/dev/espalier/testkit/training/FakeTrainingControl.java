package dev.espalier.testkit.training;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.callback.ObservedBatch;
import dev.espalier.callback.TrainingControl;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Goal;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fake of a running training, for tests of callbacks: holds a learning rate, records the
 * callback's actions, and calls its hooks in the same order as a trainer. It trains nothing. Not
 * thread-safe.
 *
 * <pre>{@code
 * FakeTrainingControl control = FakeTrainingControl.withLearningRate(0.1);
 * control.beginTraining(callback);
 * control.endEpoch(callback, Map.of("val_loss", 1.5));
 * assertThat(control.learningRate()).isEqualTo(0.01);
 * }</pre>
 */
public final class FakeTrainingControl implements TrainingControl {
  private final boolean adjustable;
  private final Map<String, Goal> goals = new HashMap<>();
  private final List<String> messages = new ArrayList<>();
  private final List<SavedModel> models = new ArrayList<>();
  private final List<SavedModel> savedWeights = new ArrayList<>();
  private final List<Path> saved = new ArrayList<>();
  private final List<Path> resumed = new ArrayList<>();
  private double learningRate;
  private int epoch;
  private @Nullable String stopReason;
  private @Nullable Model model;
  private @Nullable Weights weights;
  private Weights slots = Weights.empty();
  private @Nullable ObservedBatch batch;
  private @Nullable Evaluation evaluation;
  private @Nullable HostArray predictions;
  private Map<String, HostArray> outputs = Map.of();

  /** A model file that a callback requested, with the metadata to store in it. */
  public record SavedModel(Path file, Map<String, String> metadata) {
    /** Copies the map. */
    public SavedModel {
      metadata = Map.copyOf(metadata);
    }
  }

  private FakeTrainingControl(double learningRate, boolean adjustable) {
    this.learningRate = learningRate;
    this.adjustable = adjustable;
    goals.put("loss", Goal.MIN);
  }

  /** Creates a training whose learning rate callbacks may set. */
  public static FakeTrainingControl withLearningRate(double learningRate) {
    return new FakeTrainingControl(learningRate, true);
  }

  /** Creates a training whose optimizer follows a schedule that is now at a learning rate. */
  public static FakeTrainingControl withSchedule(double learningRate) {
    return new FakeTrainingControl(learningRate, false);
  }

  /** Adds a metric that {@link #goal} knows; the loss is always known. */
  public FakeTrainingControl metric(String name, Goal goal) {
    goals.put(name, goal);
    return this;
  }

  /** Sets the model that callbacks get. */
  public FakeTrainingControl model(Model value) {
    model = value;
    return this;
  }

  /** Sets the weights that callbacks get. */
  public FakeTrainingControl weights(Weights value) {
    weights = value;
    return this;
  }

  /** Sets the optimizer slots that callbacks get; none by default. */
  public FakeTrainingControl optimizerSlots(Weights value) {
    slots = value;
    return this;
  }

  /** Sets the batch that callbacks get if they observe batches. */
  public FakeTrainingControl batch(ObservedBatch value) {
    batch = value;
    return this;
  }

  /** Sets the result of every evaluation. */
  public FakeTrainingControl evaluation(Evaluation value) {
    evaluation = value;
    return this;
  }

  /** Sets the result of every prediction. */
  public FakeTrainingControl predictions(HostArray value) {
    predictions = value;
    return this;
  }

  /** Sets what {@link #predictOutputs} returns, by the names of the outputs. */
  public FakeTrainingControl outputs(Map<String, HostArray> values) {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    return this;
  }

  /** Starts a training: clears a stop request, restarts at epoch 0 and calls the hook. */
  public void beginTraining(Callback callback) {
    epoch = 0;
    stopReason = null;
    callback.onTrainBegin(new Callback.TrainBegin(this, 0, Integer.MAX_VALUE, 1));
  }

  /**
   * Runs an epoch without batches: calls the hooks for its start and end.
   *
   * @param metrics metrics of the epoch, including validation
   * @return the logs after the callback has seen them
   */
  public Logs endEpoch(Callback callback, Map<String, Double> metrics) {
    callback.onEpochBegin(new Callback.EpochBegin(this, epoch));
    Logs logs = new Logs(metrics);
    callback.onEpochEnd(new Callback.EpochEnd(this, epoch, logs));
    epoch++;
    return logs;
  }

  /** Ends the training: calls the hook with empty logs. */
  public void endTraining(Callback callback) {
    callback.onTrainEnd(new Callback.TrainEnd(this, Logs.empty()));
  }

  /** Returns the messages of callbacks to the user, in order. */
  public List<String> messages() {
    return List.copyOf(messages);
  }

  /** Returns the requested model files, in order. None is written. */
  public List<SavedModel> savedModels() {
    return List.copyOf(models);
  }

  /** Returns the requested files of weights without a model, in order. None is written. */
  public List<SavedModel> savedWeights() {
    return List.copyOf(savedWeights);
  }

  /** Returns the requested checkpoint files, in order. None is written. */
  public List<Path> savedCheckpoints() {
    return List.copyOf(saved);
  }

  /** Returns the checkpoints that callbacks asked to resume from, in order. None is read. */
  public List<Path> resumedCheckpoints() {
    return List.copyOf(resumed);
  }

  @Override
  public double learningRate() {
    return learningRate;
  }

  @Override
  public void setLearningRate(double value) {
    if (!adjustable || !(value >= 0) || Double.isInfinite(value)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The learning rate cannot be set to " + value + ".",
          "Set it to a finite number that is not negative, of an optimizer without a schedule.");
    }
    learningRate = value;
  }

  @Override
  public boolean learningRateAdjustable() {
    return adjustable;
  }

  @Override
  public void requestStop(String reason) {
    if (stopReason == null) {
      stopReason = reason;
    }
  }

  @Override
  public @Nullable String stopReason() {
    return stopReason;
  }

  @Override
  public @Nullable Goal goal(String monitor) {
    String prefix = "val_";
    return goals.get(monitor.startsWith(prefix) ? monitor.substring(prefix.length()) : monitor);
  }

  @Override
  public Model model() {
    if (model == null) {
      throw new IllegalStateException("give this fake a model first: model(...)");
    }
    return model;
  }

  @Override
  public Weights weights() {
    if (weights == null) {
      throw new IllegalStateException("give this fake weights first: weights(...)");
    }
    return weights;
  }

  @Override
  public HostArray variable(String name) {
    return weights().get(name);
  }

  @Override
  public Weights optimizerSlots() {
    return slots;
  }

  @Override
  public ObservedBatch batch() {
    if (batch == null) {
      throw new IllegalStateException("give this fake a batch first: batch(...)");
    }
    return batch;
  }

  @Override
  public Evaluation evaluate(Dataset dataset) {
    if (evaluation == null) {
      throw new IllegalStateException("give this fake an evaluation first: evaluation(...)");
    }
    return evaluation;
  }

  @Override
  public HostArray predict(Dataset dataset) {
    if (predictions == null) {
      throw new IllegalStateException("give this fake predictions first: predictions(...)");
    }
    return predictions;
  }

  @Override
  public Map<String, HostArray> predictOutputs(Dataset dataset) {
    if (outputs.isEmpty()) {
      throw new IllegalStateException("give this fake outputs first: outputs(...)");
    }
    return outputs;
  }

  @Override
  public void setWeights(Weights value) {
    weights = value;
  }

  @Override
  public void saveModel(Path file, Map<String, String> metadata) {
    models.add(new SavedModel(file, metadata));
  }

  @Override
  public void saveWeights(Path file, Map<String, String> metadata) {
    savedWeights.add(new SavedModel(file, metadata));
  }

  @Override
  public void saveCheckpoint(Path file) {
    saved.add(file);
  }

  @Override
  public void resumeFrom(Path file) {
    resumed.add(file);
  }

  @Override
  public void message(String text) {
    messages.add(text);
  }
}
