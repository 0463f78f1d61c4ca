package dev.espalier.core.internal.training;

import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.Metric;
import dev.espalier.training.TrainingControl;
import org.jspecify.annotations.Nullable;

/** What callbacks may see and change of one run. */
final class RunControl implements TrainingControl {
  private final TrainerSession session;
  private final ProgressDisplay display;
  private @Nullable String stopReason;

  RunControl(TrainerSession session, ProgressDisplay display) {
    this.session = session;
    this.display = display;
  }

  /** Says how long a step had to wait for its data. */
  void waitedForData(long nanos) {
    display.waitedForData(nanos);
  }

  @Override
  public double learningRate() {
    return session.learningRate().next();
  }

  @Override
  public void setLearningRate(double learningRate) {
    session.learningRate().set(learningRate);
  }

  @Override
  public boolean learningRateAdjustable() {
    return session.learningRate().adjustable();
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
  public Metric.@Nullable Direction direction(String monitor) {
    String name = monitor.startsWith("val_") ? monitor.substring("val_".length()) : monitor;
    if (name.equals("loss")) {
      return Metric.Direction.DOWN;
    }
    return session.config().metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .map(Metric::direction)
        .findFirst()
        .orElse(null);
  }

  @Override
  public Model model() {
    return session.model();
  }

  @Override
  public Weights weights() {
    return session.weights();
  }

  @Override
  public void setWeights(Weights weights) {
    session.setWeights(weights);
  }

  @Override
  public void message(String text) {
    display.message(text);
  }
}
