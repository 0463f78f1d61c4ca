package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.core.distributed.ClusterProvider;
import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.core.distributed.ConnectedCluster;
import dev.espalier.core.distributed.SharedBytes;
import dev.espalier.core.distributed.WorkerTask;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class InterruptedClusterRunTest {
  @TempDir Path folder;

  /** Connects to a cluster on which each training is interrupted in its first round. */
  public static final class Clusters implements ClusterProvider {
    @Override
    public ConnectedCluster connect(ClusterRequest request) {
      return new InterruptedCluster();
    }
  }

  private static final class InterruptedCluster implements ConnectedCluster {
    @Override
    public int workers() {
      return 2;
    }

    @Override
    public SharedBytes share(byte[] content) {
      throw interrupted();
    }

    @Override
    public List<byte[]> run(WorkerTask task) {
      throw interrupted();
    }

    private static EspalierException interrupted() {
      return new EspalierException(ErrorCode.INTERRUPTED, "It was interrupted.", "Resume it.");
    }

    @Override
    public String description() {
      return "a cluster";
    }

    @Override
    public void close() {}
  }

  /** Runs a command whose class path has a provider of clusters. */
  private CommandRun withClusters(Interruption interruption, Object... arguments) throws Exception {
    Path services = Files.createDirectories(folder.resolve("classes/META-INF/services"));
    Files.writeString(services.resolve(ClusterProvider.class.getName()), Clusters.class.getName());
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    URL[] classes = {folder.resolve("classes").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(classes, before)) {
      current.setContextClassLoader(loader);
      return CommandRun.with(Map.of(), interruption, arguments);
    } finally {
      current.setContextClassLoader(before);
    }
  }

  @Test
  void theCommandThatResumesARunNamesItsCluster() throws Exception {
    Interruption interruption = CommandRun.uninterrupted();
    interruption.receive(TerminationSignal.INT);
    Path run = folder.resolve("a run");
    CommandRun ended =
        withClusters(
            interruption,
            "fine-tune",
            "--engine=tensorflow",
            "--limit=16",
            "--output",
            run,
            "--cluster=spark://host:7077",
            "--cluster-option=b.memory=4g",
            "--cluster-workers=2",
            "--cluster-option=a.options=-X y");
    assertThat(ended.out()).contains(", trained by a cluster");
    assertThat(ended.err())
        .contains(
            "Resume with: espalier fine-tune --resume '"
                + run
                + "' --cluster spark://host:7077 --cluster-workers 2"
                + " --cluster-option 'a.options=-X y' --cluster-option b.memory=4g\n");
  }
}
