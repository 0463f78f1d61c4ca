package dev.espalier.core.distributed;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The data of a training on a cluster. Immutable.
 *
 * @param training data to train on
 * @param validation data to evaluate after epochs, or null
 */
public record TrainingData(WorkerDataset training, @Nullable WorkerDataset validation)
    implements Serializable {
  /** Returns data without validation. */
  public static TrainingData of(WorkerDataset training) {
    return new TrainingData(training, null);
  }

  /** Returns data with validation. */
  public static TrainingData of(WorkerDataset training, WorkerDataset validation) {
    return new TrainingData(training, validation);
  }
}
