package dev.espalier.spark;

import dev.espalier.core.distributed.ClusterProvider;
import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.core.distributed.ConnectedCluster;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Connects to clusters of Apache Spark, if its classes are there. */
public final class SparkClusters implements ClusterProvider {
  /** Creates an instance; it needs no class of Spark. */
  public SparkClusters() {}

  @Override
  public ConnectedCluster connect(ClusterRequest request) {
    try {
      return SparkConnection.open(request, System.getenv());
    } catch (NoClassDefFoundError e) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "Apache Spark is missing, or a class of it: " + e.getMessage() + ".",
          "Set the environment variable SPARK_HOME to the folder of an installation of Spark 4 for"
              + " Scala 2.13, or start with its spark-submit.",
          e);
    }
  }
}
