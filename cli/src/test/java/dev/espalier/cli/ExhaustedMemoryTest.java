package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Errors of the JVM end a command as other problems do: with a message and an exit code. */
class ExhaustedMemoryTest {
  @Command(name = "fail")
  private record Failing(Throwable problem) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      if (problem instanceof Error error) {
        throw error;
      }
      throw (Exception) problem;
    }
  }

  private static CommandRun failing(Throwable problem, String... before) {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine(CommandRun.CLOCK, CommandRun.uninterrupted());
    commandLine.addSubcommand(new Failing(problem));
    commandLine.setErr(new PrintWriter(err));
    String[] arguments = java.util.Arrays.copyOf(before, before.length + 1);
    arguments[before.length] = "fail";
    return new CommandRun(commandLine.execute(arguments), "", err.toString());
  }

  @Test
  void anExhaustedHeapSaysHowToGetMore() {
    for (Throwable problem :
        new Throwable[] {
          new OutOfMemoryError("Java heap space"),
          new IllegalStateException("wrapped", new OutOfMemoryError("Java heap space"))
        }) {
      CommandRun run = failing(problem);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .startsWith("error: Java ran out of memory (Java heap space); it may use ")
          .contains("such as ESPALIER_JAVA_OPTS=-Xmx8g")
          .contains("a smaller --batch-size")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void exhaustedMemoryBesideTheHeapNamesItsOwnOption() {
    assertThat(
            failing(new OutOfMemoryError("Cannot reserve 9 bytes of direct buffer memory")).err())
        .contains("ESPALIER_JAVA_OPTS=-XX:MaxDirectMemorySize=8g");
  }

  @Test
  void anyOtherErrorIsToldWithoutItsTrace() {
    CommandRun run = failing(new NoClassDefFoundError("org/example/Missing"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "error: Something went wrong that should not: java.lang.NoClassDefFoundError:"
                + " org/example/Missing")
        .contains("--stacktrace")
        .doesNotContain("\tat ");
    assertThat(failing(new StackOverflowError("deep"), "--stacktrace").err()).contains("\tat ");
  }
}
