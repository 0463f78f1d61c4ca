package dev.espalier.engine;

/** What an engine is used for. */
public enum EnginePurpose {
  /** Programs that compute gradients, and everything else. */
  TRAINING,
  /** Programs that compute outputs and metrics: to predict and to evaluate. */
  INFERENCE
}
