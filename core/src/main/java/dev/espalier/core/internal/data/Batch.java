package dev.espalier.core.internal.data;

import dev.espalier.graph.HostArray;

/**
 * Samples to be fed together. Call {@link #release()} once it has been fed; its arrays are used
 * again for later batches.
 */
public final class Batch {
  private final HostArray images;
  private final HostArray labels;
  private final int size;
  private final Runnable release;

  Batch(HostArray images, HostArray labels, int size, Runnable release) {
    this.images = images;
    this.labels = labels;
    this.size = size;
    this.release = release;
  }

  /** Returns the pixels, uint8 {@code [batch, height, width, channels]}. */
  public HostArray images() {
    return images;
  }

  /**
   * Returns the class indices, int32 {@code [batch]}; where batches are mixed or a sample may have
   * several classes, how much of each class each sample is, float32 {@code [batch, outputs]}.
   */
  public HostArray labels() {
    return labels;
  }

  /** Returns the number of samples. */
  public int size() {
    return size;
  }

  /** Says that nobody reads the arrays any more. Call it once. */
  public void release() {
    release.run();
  }
}
