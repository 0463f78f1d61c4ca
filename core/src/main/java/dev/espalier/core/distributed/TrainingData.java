package dev.espalier.core.distributed;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The data of a training on a cluster. Immutable.
 *
 * @param training data to train on
 * @param validation data to evaluate after epochs, or null
 */
public record TrainingData(DatasetSource training, @Nullable DatasetSource validation)
    implements Serializable {
  /** Returns data without validation. */
  public static TrainingData of(DatasetSource training) {
    return new TrainingData(training, null);
  }

  /** Returns data with validation. */
  public static TrainingData of(DatasetSource training, DatasetSource validation) {
    return new TrainingData(training, validation);
  }
}
