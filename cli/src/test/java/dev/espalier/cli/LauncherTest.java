package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shell script of the distribution, with a main class that prints its arguments, or the garbage
 * collectors it runs with.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final String MAIN =
      """
      package dev.espalier.cli;

      import java.lang.management.ManagementFactory;

      public class Main {
        public static void main(String[] arguments) {
          if (arguments[0].equals("collectors")) {
            ManagementFactory.getGarbageCollectorMXBeans()
                .forEach(collector -> System.out.println(collector.getName()));
          } else {
            System.out.println(String.join(",", arguments));
          }
        }
      }
      """;

  @TempDir Path folder;

  @BeforeEach
  void install() throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.copy(
        Path.of("src/distribution/bin/espalier"),
        folder.resolve("bin/espalier"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Path source = Files.writeString(classes.resolve("Main.java"), MAIN);
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), source.toString()))
        .isZero();
    Path jar = Files.createDirectories(folder.resolve("lib")).resolve("main.jar");
    try (OutputStream bytes = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(bytes)) {
      entries.putNextEntry(new JarEntry("dev/espalier/cli/Main.class"));
      Files.copy(classes.resolve("dev/espalier/cli/Main.class"), entries);
    }
  }

  /** The folder cannot be deleted while a process in the background still writes into it. */
  @AfterEach
  void waitForTheArchive() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (isArchiveBeingMade() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
  }

  private boolean isArchiveBeingMade() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().contains(".jsa."));
    }
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    return runWith(Map.of(), arguments);
  }

  private String runWith(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(folder.resolve("bin/espalier").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed.strip();
  }

  private List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jsa")).toList();
    }
  }

  private Path archiveMadeInTheBackground() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (archives().isEmpty() && System.nanoTime() < end) {
      Thread.sleep(100);
    }
    assertThat(archives()).hasSize(1);
    return archives().get(0);
  }

  @Test
  void theFirstStartMakesAnArchiveOfClassesAndLaterOnesPrintTheSame()
      throws IOException, InterruptedException {
    assertThat(run("train", "--epochs", "2 and more")).isEqualTo("train,--epochs,2 and more");
    Path archive = archiveMadeInTheBackground();
    assertThat(run("help")).isEqualTo("help");

    Files.write(archive, new byte[1000]);
    assertThat(run("help")).as("with a damaged archive").isEqualTo("help");
    Files.setLastModifiedTime(folder.resolve("lib/main.jar"), FileTime.fromMillis(0));
    assertThat(run("help")).as("with a jar of another time").isEqualTo("help");
  }

  @Test
  void theLockOfAKilledProcessDoesNotCountForEver() throws IOException, InterruptedException {
    Path lock = folder.resolve("classes-" + System.getProperty("java.version") + ".jsa.lock");
    Files.createDirectory(lock);
    assertThat(run("help")).isEqualTo("help");
    assertThat(lock).isDirectory();

    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(3600)));
    assertThat(run("help")).isEqualTo("help");
    archiveMadeInTheBackground();
  }

  @Test
  void shortCommandsRunWithTheSerialCollector() throws IOException, InterruptedException {
    assertThat(run("collectors", "--output", "x")).contains("PS Scavenge");
    assertThat(run("collectors", "--output", "x", "--help")).contains("MarkSweepCompact");
  }

  @Test
  void aCollectorThatTheUserNamesTakesThePlaceOfOurs() throws IOException, InterruptedException {
    Map<String, String> environment = Map.of("ESPALIER_JAVA_OPTS", "-Xmx64m -XX:+UseG1GC");
    assertThat(runWith(environment, "collectors")).contains("G1 Young Generation");
    assertThat(runWith(environment, "collectors", "--help")).contains("G1 Young Generation");
  }
}
