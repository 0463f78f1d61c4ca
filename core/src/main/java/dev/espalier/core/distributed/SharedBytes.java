package dev.espalier.core.distributed;

import java.io.Serializable;

/** Bytes that the workers of a {@link Cluster} can fetch. Serializable as part of a task. */
public interface SharedBytes extends Serializable, AutoCloseable {
  /** Returns the content; on a worker, the first call of its process fetches it. */
  byte[] content();

  /** Releases the content everywhere. Called where it was shared. */
  @Override
  void close();
}
