package dev.espalier.core.distributed;

/** A cluster that this process is connected to until it closes it. */
public interface ConnectedCluster extends Cluster, AutoCloseable {
  /** Returns what it is in words, such as {@code Spark 4.0.1 on local[2]}. */
  String description();

  /**
   * Ends the connection. What the application had started before it connected keeps running, such
   * as its session of Spark. Closing twice has no effect.
   */
  @Override
  void close();
}
