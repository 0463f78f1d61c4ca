package dev.espalier.cli.text;

import dev.espalier.error.PrintableText;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Formats command lines so that they can be copied into a shell. */
public final class CommandText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

  private CommandText() {}

  public static String of(CommandSpec spec) {
    return of(spec.root().commandLine().getParseResult().originalArgs().toArray(String[]::new));
  }

  /** Returns the command line with these arguments. */
  public static String of(String... arguments) {
    return "espalier "
        + Arrays.stream(arguments).map(CommandText::quoted).collect(Collectors.joining(" "));
  }

  /** Returns the command that trains with the settings of a file. */
  public static String repeating(String command, Path settings) {
    return "espalier " + command + " --config " + quoted(settings.toString());
  }

  static String quoted(String argument) {
    if (PLAIN.matcher(argument).matches()) {
      return argument;
    }
    if (PrintableText.of(argument).equals(argument)) {
      return "'" + argument.replace("'", "'\\''") + "'";
    }
    // Shell quotes that support escapes.
    return "$'" + PrintableText.of(argument.replace("\\", "\\\\").replace("'", "\\'")) + "'";
  }
}
