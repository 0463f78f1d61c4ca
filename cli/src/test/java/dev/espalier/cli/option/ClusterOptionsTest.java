package dev.espalier.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.distributed.ClusterRequest;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ClusterOptionsTest {
  @TempDir Path folder;

  private static ClusterOptions parsed(String... arguments) {
    ClusterOptions options = new ClusterOptions();
    new CommandLine(options).parseArgs(arguments);
    return options;
  }

  @Test
  void noClusterIsRequestedByDefault() {
    assertThat(parsed().request(Map.of(), null)).isNull();
  }

  @Test
  void namesTheClusterWithItsOptionsAndPlugins() throws IOException {
    Path jar = Files.createFile(folder.resolve("plugin.jar"));
    ClusterRequest request =
        parsed("--cluster", "yarn", "--cluster-workers", "4", "--cluster-option", "a.b=c=d")
            .request(Map.of(), folder);
    assertThat(request)
        .isEqualTo(new ClusterRequest("yarn", 4, Map.of("a.b", "c=d"), List.of(jar)));
  }

  @Test
  void argumentsRequestTheSameClusterAgain() {
    ClusterRequest request =
        new ClusterRequest("yarn", 4, Map.of("b", "2", "a", "x=y z", "c", "3"), List.of());
    List<String> arguments = ClusterOptions.arguments(request);
    assertThat(arguments).containsSubsequence("a=x=y z", "b=2", "c=3");
    assertThat(parsed(arguments.toArray(String[]::new)).request(Map.of(), null)).isEqualTo(request);
    assertThat(ClusterOptions.arguments(new ClusterRequest("local[2]", 0, Map.of(), List.of())))
        .containsExactly("--cluster", "local[2]");
  }

  @Test
  void theClusterOfSparkSubmitIsTheDefault() {
    Map<String, String> submitted = Map.of("spark.master", "spark://host:7077");
    assertThat(parsed().request(submitted, null))
        .isEqualTo(new ClusterRequest("spark://host:7077", 0, Map.of(), List.of()));
    assertThat(parsed("--cluster", "local[2]").request(submitted, null))
        .extracting(ClusterRequest::master)
        .isEqualTo("local[2]");
  }

  @Test
  void optionsOfAClusterNeedOne() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> parsed("--cluster-workers", "2").request(Map.of(), null))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .withMessageContaining("--cluster-workers is for a cluster, and none is named.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> parsed("--cluster=local[2]", "--cluster-workers", "0").request(Map.of(), null))
        .withMessageContaining("--cluster-workers is 0.");
  }

  /** The class path of these tests has no module for clusters, like the command without Spark. */
  @Test
  void aClusterNeedsAModuleThatKnowsIt() {
    ClusterRequest request =
        Objects.requireNonNull(parsed("--cluster", "local[2]").request(Map.of(), null));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(request::connect)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .withMessageContaining("Nothing here can train on the cluster local[2].")
        .withMessageContaining("SPARK_HOME");
  }
}
