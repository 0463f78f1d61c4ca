package dev.espalier.cli;

import dev.espalier.cli.run.Interruption;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** A command that was run in this JVM, with what it printed. */
public record CommandRun(int exitCode, String out, String err) {
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC);

  public static CommandRun of(Object... arguments) {
    return with(Map.of(), arguments);
  }

  /** Runs a command; the environment is only that which decides which commands plugins bring. */
  public static CommandRun with(Map<String, String> environment, Object... arguments) {
    return with(environment, uninterrupted(), arguments);
  }

  /** Returns an interruption that hears no signals and does not end the JVM. */
  public static Interruption uninterrupted() {
    return new Interruption(() -> {}, exitCode -> {}, null);
  }

  /** Runs a command that may be interrupted. */
  public static CommandRun with(
      Map<String, String> environment, Interruption interruption, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words =
        Arrays.stream(arguments)
            .map(argument -> argument instanceof Path path ? path.toString() : argument)
            .toArray(String[]::new);
    CommandLine commandLine = Main.commandLine(CLOCK, interruption, words);
    commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    int exitCode = interruption.exitCode(Main.run(commandLine, environment, words));
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
