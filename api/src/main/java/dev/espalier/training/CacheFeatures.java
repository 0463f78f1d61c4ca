package dev.espalier.training;

/**
 * Whether training computes the output of the frozen first layers of a model once for each sample
 * and trains the other layers on it. The results are those of training through all layers, up to
 * rounding where an engine computes a sample differently in another batch, or optimizes the graph
 * of the whole step; with augmentations and {@link #ON}, which fixes them, they are others.
 *
 * <p>The features end where trainable layers, dropout or the other samples of a batch come in. They
 * are kept in a temporary file that is removed at the end of the training, however it ends.
 */
public enum CacheFeatures {
  /**
   * Caches features where results stay the same and it pays: without augmentations, without dropout
   * between frozen layers, for two epochs or more, if the features of a sample have no more
   * elements than its image.
   */
  AUTO,
  /**
   * Caches features, and rejects a training in which that is not possible. Images are augmented a
   * {@linkplain FitOptions.Builder#cachedViews fixed number} of times instead of in every epoch.
   */
  ON,
  /** Computes all layers in each step. */
  OFF
}
