package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.JavaCommand;
import dev.espalier.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An espalier command in a process of its own, with what it has printed so far. */
final class RunningCommand {
  /** Makes the command log each checkpoint that it has written. */
  private static final String LOG_CHECKPOINTS =
      "-Dorg.slf4j.simpleLogger.log.dev.espalier.core.internal.training.RunCheckpoints=debug";

  private final Path folder;
  private final Process process;
  private final BufferedReader reader;
  private final StringBuilder output = new StringBuilder();

  private RunningCommand(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
    this.reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts a command in a folder. */
  static RunningCommand start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(listeningToInterrupts());
    command.addAll(JavaCommand.of(List.of(LOG_CHECKPOINTS), Main.class, arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    return new RunningCommand(folder, process);
  }

  /**
   * Returns what makes a process listen to SIGINT even if the tests were started in the background
   * by a script, which ignores it for all of its processes. Not every system has it.
   */
  private static List<String> listeningToInterrupts() throws IOException {
    List<String> prefix = List.of("env", "--default-signal=INT");
    List<String> attempt = new ArrayList<>(prefix);
    attempt.add("true");
    try {
      return new ProcessBuilder(attempt).start().waitFor() == 0 ? prefix : List.of();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for a line that begins like this. */
  void awaitLine(String beginning) throws IOException {
    await(line -> line.startsWith(beginning));
  }

  /** Waits until a checkpoint was written. */
  void awaitCheckpoint(Path file, int epoch, int step) throws IOException {
    String text = "Wrote the checkpoint " + file + " at epoch " + epoch + ", step " + step + ".";
    await(line -> line.contains(text));
  }

  private void await(Predicate<String> wanted) throws IOException {
    String line;
    do {
      line = reader.readLine();
      assertThat(line).as(output.toString()).isNotNull();
      output.append(line).append('\n');
    } while (!wanted.test(line));
  }

  void send(String signal) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
  }

  /** Ends the process without giving it a chance to do anything. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor()).as("killed, not ended").isNotZero();
  }

  /** Waits for the end, and returns all that was printed. */
  String end(int exitCode) throws IOException, InterruptedException {
    reader.lines().forEach(line -> output.append(line).append('\n'));
    String text = output.toString();
    assertThat(process.waitFor()).as(text).isEqualTo(exitCode);
    assertThat(text).doesNotContain("A fatal error has been detected", "Exception", "error:");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("hs_err")))
          .isEmpty();
    }
    return text;
  }
}
