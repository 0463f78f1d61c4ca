package dev.espalier.cli;

import dev.espalier.cli.text.PrintableWriter;
import dev.espalier.error.NearestNames;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what is wrong with a command line, with the nearest known names. */
final class ParameterErrors implements CommandLine.IParameterExceptionHandler {
  private static final int LISTED = 5;

  @Override
  public int handleParseException(ParameterException error, String[] arguments) {
    CommandLine commandLine = error.getCommandLine();
    CommandSpec spec = commandLine.getCommandSpec();
    PrintWriter err = new PrintableWriter(commandLine.getErr());
    if (error instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      printUnmatched(err, spec, unmatched.getUnmatched().get(0));
    } else {
      err.println("error: " + sentence(error));
      err.println(
          error instanceof MissingParameterException
              ? "Add what is missing. All options: " + spec.qualifiedName() + " --help"
              : "All options: " + spec.qualifiedName() + " --help");
    }
    err.flush();
    return ExitCode.USAGE;
  }

  private static void printUnmatched(PrintWriter err, CommandSpec spec, String argument) {
    if (argument.startsWith("-")) {
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      List<String> known = new ArrayList<>();
      for (OptionSpec option : spec.options()) {
        known.add(option.longestName());
      }
      err.println("error: " + spec.qualifiedName() + " has no option " + name + ".");
      err.println(nearest(name, known) + " All options: " + spec.qualifiedName() + " --help");
    } else if (!spec.subcommands().isEmpty()) {
      err.println("error: There is no command \"" + argument + "\".");
      err.println(
          "Commands, nearest first: "
              + String.join(", ", NearestNames.sorted(argument, spec.subcommands().keySet()))
              + ".");
    } else {
      err.println("error: " + spec.qualifiedName() + " does not take \"" + argument + "\".");
      err.println("All options: " + spec.qualifiedName() + " --help");
    }
  }

  private static String nearest(String name, List<String> known) {
    List<String> sorted = NearestNames.sorted(name, known);
    return "Nearest options: "
        + String.join(", ", sorted.subList(0, Math.min(LISTED, sorted.size())))
        + ".";
  }

  private static String sentence(ParameterException error) {
    String message = String.valueOf(error.getMessage());
    return message.endsWith(".") ? message : message + ".";
  }
}
