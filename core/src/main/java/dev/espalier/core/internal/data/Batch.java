package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.Feeds;
import dev.espalier.graph.HostArray;
import java.util.Map;
import java.util.Objects;

/**
 * Samples that are fed together. Call {@link #release()} after feeding; the arrays are reused for
 * later batches.
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

  /** Returns the arrays to feed, by name: images, targets, further inputs and sample weights. */
  public Map<String, HostArray> feeds() {
    return feeds;
  }

  /** Returns the pixels, uint8 {@code [batch, height, width, channels]}. */
  public HostArray images() {
    return Objects.requireNonNull(feeds.get(Feeds.IMAGE));
  }

  /**
   * Returns the targets of a model with one output: class indices, int32 {@code [batch]}; class
   * probabilities or a multi-hot vector per sample, float32 {@code [batch, outputs]}, if batches
   * are mixed or samples may have several classes; or regression values.
   */
  public HostArray labels() {
    return Objects.requireNonNull(feeds.get(Feeds.LABEL));
  }

  /** Returns the number of samples. */
  public int size() {
    return size;
  }

  /** Releases the arrays for reuse. Call it once, when nothing reads them any more. */
  public void release() {
    release.run();
  }
}
