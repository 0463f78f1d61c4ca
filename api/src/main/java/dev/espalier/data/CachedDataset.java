package dev.espalier.data;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Keeps samples in memory that were read, the first ones that fit. */
final class CachedDataset implements ForwardingDataset {
  private final Dataset source;
  private final AtomicReferenceArray<@Nullable Sample> kept;
  private final AtomicLong free;

  CachedDataset(Dataset source, long bytes) {
    this.source = source;
    this.kept = new AtomicReferenceArray<>(source.size());
    this.free = new AtomicLong(bytes);
  }

  @Override
  public Dataset source() {
    return source;
  }

  @Override
  public Sample get(int index) {
    Sample known = kept.get(Objects.checkIndex(index, kept.length()));
    if (known != null) {
      return known;
    }
    Sample sample = source.get(index);
    int bytes = sample.image().pixels().remaining();
    if (free.addAndGet(-bytes) < 0 || !kept.compareAndSet(index, null, sample)) {
      free.addAndGet(bytes); // no room, or another thread was faster
    }
    return sample;
  }

  @Override
  public String toString() {
    return source + ", kept in memory";
  }
}
