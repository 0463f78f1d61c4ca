package dev.espalier.core.learningrate;

import dev.espalier.callback.Callback;
import java.util.ArrayList;
import java.util.List;

/** Records the loss of each update, and ends the training when there are enough or it diverges. */
final class RangeTest implements Callback {
  /** A smoothed loss of so many times the smallest has diverged; fastai's number. */
  private static final double DIVERGENCE = 4;

  private final int updates;
  private final int stepsPerUpdate;
  private final double smoothing;
  private final List<LearningRateCurve.Point> points = new ArrayList<>();
  private double sum;
  private long samples;
  private double sumBefore;
  private long samplesBefore;
  private double average;
  private double smallest = Double.POSITIVE_INFINITY;
  private double learningRate;
  private int steps;
  private boolean diverged;

  /**
   * Creates the callback for one test.
   *
   * @param smoothing weight of the past in the moving average, at least 0 and below 1
   */
  RangeTest(int updates, int stepsPerUpdate, double smoothing) {
    this.updates = updates;
    this.stepsPerUpdate = stepsPerUpdate;
    this.smoothing = smoothing;
  }

  LearningRateCurve curve() {
    return new LearningRateCurve(points, diverged);
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    sumBefore -= sum;
    samplesBefore -= samples;
    sum = 0;
    samples = 0;
  }

  @Override
  public void onTrainBatchBegin(BatchBegin event) {
    learningRate = event.control().learningRate();
  }

  /** The logs contain the mean of the epoch so far. */
  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    Double mean = event.logs().get("loss");
    samples += event.size();
    sum = (mean == null ? Double.NaN : mean) * samples;
    steps++;
    if (!Double.isFinite(sum)) {
      diverge(event);
    } else if (steps % stepsPerUpdate == 0) {
      add((sum - sumBefore) / (samples - samplesBefore), event);
      sumBefore = sum;
      samplesBefore = samples;
    }
  }

  private void add(double loss, BatchEnd event) {
    average = smoothing * average + (1 - smoothing) * loss;
    double smoothed = average / (1 - Math.pow(smoothing, points.size() + 1));
    points.add(new LearningRateCurve.Point(learningRate, loss, smoothed));
    smallest = Math.min(smallest, smoothed);
    if (smoothed > DIVERGENCE * smallest) {
      diverge(event);
    } else if (points.size() == updates) {
      event.control().requestStop("all learning rates are tested");
    }
  }

  private void diverge(BatchEnd event) {
    diverged = true;
    event.control().requestStop("the loss diverges");
  }
}
