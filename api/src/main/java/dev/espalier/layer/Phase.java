package dev.espalier.layer;

/** What a model is traced for. */
public enum Phase {
  /** Dropout drops, batch normalization uses the statistics of the batch and updates its own. */
  TRAINING,
  /** Evaluation and prediction: nothing random, nothing updated. */
  INFERENCE
}
