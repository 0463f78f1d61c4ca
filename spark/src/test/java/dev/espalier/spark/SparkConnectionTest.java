package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.core.distributed.ConnectedCluster;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import scala.jdk.javaapi.CollectionConverters;

/** A process has one session of Spark; whoever starts it stops it. */
@ExtendWith(SparkCluster.class)
class SparkConnectionTest {
  private static ConnectedCluster connect(String master, Map<String, String> options) {
    return new ClusterRequest(master, 0, options, List.of()).connect();
  }

  @Test
  void leavesTheSessionOfAnApplicationAsItWas(SparkSession session) {
    SparkContext context = session.sparkContext();
    Map<String, String> before = CollectionConverters.asJava(session.conf().getAll());
    try (ConnectedCluster cluster =
        connect(context.master(), Map.of("spark.sql.shuffle.partitions", "7"))) {
      assertThat(cluster.workers()).isEqualTo(SparkCluster.EXECUTORS);
      assertThat(cluster.description()).contains(" on " + context.master() + ", 2 workers");
    }
    assertThat(context.isStopped()).isFalse();
    assertThat(session.range(3).count()).isEqualTo(3);
    assertThat(CollectionConverters.asJava(session.conf().getAll())).isEqualTo(before);
  }

  @Test
  void startsNoSecondSessionOnAnotherCluster(SparkSession session) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> connect("local[3]", Map.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .withMessageContaining("has a session of Spark on local-cluster[2,1,1024]")
        .withMessageContaining("another on local[3].");
    assertThat(session.sparkContext().isStopped()).isFalse();
  }

  @Test
  void stopsTheSessionThatItStarted() {
    SparkCluster.stopRunning();
    SparkContext started;
    // A local[n] would change the name of this host for all later sessions of the process.
    String master = "local-cluster[1,1,1024]";
    try (ConnectedCluster cluster =
        connect(master, Map.of("spark.ui.enabled", "false", "spark.driver.host", "127.0.0.1"))) {
      assertThat(cluster.workers()).isEqualTo(1);
      started = SparkContext.getOrCreate();
      assertThat(started.master()).isEqualTo(master);
    }
    assertThat(started.isStopped()).isTrue();
  }
}
