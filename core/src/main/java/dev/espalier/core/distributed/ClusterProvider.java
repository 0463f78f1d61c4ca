package dev.espalier.core.distributed;

/**
 * Connects to clusters of one kind. A module names its provider in {@code
 * META-INF/services/dev.espalier.core.distributed.ClusterProvider}; it has a constructor without
 * parameters.
 */
@FunctionalInterface
public interface ClusterProvider {
  /**
   * Connects to a cluster.
   *
   * @throws dev.espalier.error.EspalierException as {@link ClusterRequest#connect}
   */
  ConnectedCluster connect(ClusterRequest request);
}
