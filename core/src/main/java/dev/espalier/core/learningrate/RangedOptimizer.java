package dev.espalier.core.learningrate;

import dev.espalier.graph.Tensor;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.TrainingProgress;

/**
 * An optimizer with another learning rate: one that grows exponentially.
 *
 * @param optimizer updates the weights
 * @param lowest learning rate of the first update
 * @param highest learning rate of the last update
 * @param updates number of updates, at least 2
 */
record RangedOptimizer(Optimizer optimizer, double lowest, double highest, int updates)
    implements Optimizer {
  @Override
  public String name() {
    return optimizer.name();
  }

  @Override
  public LearningRateSchedule learningRate() {
    return this::at;
  }

  private double at(TrainingProgress progress) {
    double position = Math.min(1, (double) progress.step() / (updates - 1));
    return lowest * Math.pow(highest / lowest, position);
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    optimizer.update(update, weight, gradient);
  }

  @Override
  public void updateAll(Group group) {
    optimizer.updateAll(group);
  }
}
