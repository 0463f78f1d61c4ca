package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines beside each other, in processes of their own, with all three on the class path. */
@Tag("native")
class EngineIsolationTest {
  private static final Map<String, String> LIBRARIES =
      Map.of("tensorflow", "libtensorflow_cc", "pytorch", "libtorch_cpu", "mxnet", "libmxnet");

  @BeforeEach
  void needsProc() {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/proc/self/maps")), "this system does not tell what is mapped");
  }

  private static List<String> run(String... engines) throws IOException, InterruptedException {
    List<String> command = JavaCommand.of(List.of("-Xmx300m"), EngineProcess.class, engines);
    Path output = Files.createTempFile("engines", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(process.exitValue()).as(text).isZero();
      return text.lines().toList();
    } finally {
      Files.delete(output);
    }
  }

  private static List<String> after(List<String> lines, String word) {
    return lines.stream()
        .filter(line -> line.startsWith(word + " "))
        .map(line -> line.substring(word.length() + 1))
        .toList();
  }

  /** djl#117, JabRef#12169: what is not used is not loaded, and nothing is downloaded. */
  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet"})
  void aProcessLoadsTheEngineItUsesAndNothingElseAndAsksNoNetwork(String engine)
      throws IOException, InterruptedException {
    List<String> lines = run(engine);
    assertThat(after(lines, "loss")).hasSize(1);
    assertThat(after(lines, "mapped"))
        .hasSize(1)
        .allSatisfy(library -> assertThat(library).startsWith(LIBRARIES.get(engine)));
    assertThat(after(lines, "network")).isEmpty();
  }

  /** djl#570: the engine is that of the trainer, and several live in one process in any order. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tensorflow pytorch mxnet",
        "tensorflow mxnet pytorch",
        "pytorch tensorflow mxnet",
        "pytorch mxnet tensorflow",
        "mxnet tensorflow pytorch",
        "mxnet pytorch tensorflow"
      })
  void allEnginesRunInOneProcessInAnyOrderWithOneResult(String order)
      throws IOException, InterruptedException {
    List<String> lines = run(order.split(" "));
    List<String> losses =
        after(lines, "loss").stream().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
    assertThat(losses).hasSize(3);
    assertThat(losses).containsOnly(losses.get(0));
    assertThat(after(lines, "mapped")).hasSize(3);
    assertThat(after(lines, "network")).isEmpty();
  }

  /**
   * Without this, "asks no network" above could be the silence of something that does not listen.
   */
  @Test
  void aProcessThatAsksTheNetworkIsNoticed() throws IOException, InterruptedException {
    assertThat(after(run("http://127.0.0.1:9/"), "network")).contains("http://127.0.0.1:9/");
  }

  /** djl#2825: a number of threads that comes too late is said to have no effect. */
  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet"})
  void anotherNumberOfThreadsIsWarnedOfAndNoError(String engine)
      throws IOException, InterruptedException {
    List<String> lines = run(engine + "=1", engine + "=1", engine + "=2");
    assertThat(after(lines, "loss")).hasSize(3);
    assertThat(lines.stream().filter(line -> line.contains("threads = 2 has no effect")))
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).contains("WARN").containsIgnoringCase(engine));
  }
}
