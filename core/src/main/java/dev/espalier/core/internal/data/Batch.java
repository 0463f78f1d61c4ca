package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.Feeds;
import dev.espalier.graph.HostArray;
import java.util.Map;
import java.util.Objects;

/**
 * Samples to be fed together. Call {@link #release()} once it has been fed; its arrays are used
 * again for later batches.
 */
public final class Batch {
  private final Map<String, HostArray> feeds;
  private final int size;
  private final Runnable release;

  Batch(Map<String, HostArray> feeds, int size, Runnable release) {
    this.feeds = Map.copyOf(feeds);
    this.size = size;
    this.release = release;
  }

  /** Returns what is fed, by name: images, targets, further inputs and weights. */
  public Map<String, HostArray> feeds() {
    return feeds;
  }

  /** Returns the pixels, uint8 {@code [batch, height, width, channels]}. */
  public HostArray images() {
    return Objects.requireNonNull(feeds.get(Feeds.IMAGE));
  }

  /**
   * Returns the targets of a model with one output: class indices, int32 {@code [batch]}; where
   * batches are mixed or a sample may have several classes, how much of each class each sample is,
   * float32 {@code [batch, outputs]}; or numbers.
   */
  public HostArray labels() {
    return Objects.requireNonNull(feeds.get(Feeds.LABEL));
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
