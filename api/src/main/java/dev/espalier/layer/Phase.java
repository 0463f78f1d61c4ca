package dev.espalier.layer;

/** What a model is traced for. */
public enum Phase {
  /**
   * Dropout is active; batch normalization uses the mean and variance of the batch and updates its
   * running ones.
   */
  TRAINING,
  /** Evaluation and prediction: nothing random, nothing updated. */
  INFERENCE
}
