package dev.espalier.core.internal.replica;

/**
 * The samples of a batch that one replica computes. Immutable.
 *
 * @param from index of the first one
 * @param to index after the last one; there are none if it equals {@code from}
 */
public record Shard(int from, int to) {
  /**
   * Returns the samples of a replica: a batch is divided in order, as evenly as possible, the first
   * replicas having one more.
   *
   * @param replica from 0
   * @param batch number of samples of all replicas
   */
  public static Shard of(int replica, int replicas, int batch) {
    return new Shard(start(replica, replicas, batch), start(replica + 1, replicas, batch));
  }

  private static int start(int replica, int replicas, int batch) {
    return batch / replicas * replica + Math.min(replica, batch % replicas);
  }

  /** Returns the number of samples. */
  public int size() {
    return to - from;
  }
}
