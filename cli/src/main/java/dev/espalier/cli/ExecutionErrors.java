package dev.espalier.cli;

import dev.espalier.error.EspalierException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/** Prints what went wrong and what to do about it; a stack trace only on request. */
final class ExecutionErrors implements CommandLine.IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception error, CommandLine commandLine, ParseResult parseResult) {
    PrintWriter err = commandLine.getErr();
    EspalierCommand root = (EspalierCommand) commandLine.getCommandSpec().root().userObject();
    boolean stacktrace = root.stacktrace;
    if (error instanceof EspalierException known) {
      print(err, known);
    } else {
      err.println("error: Something went wrong that should not: " + error);
      err.println(
          stacktrace
              ? "Please report it with the lines below."
              : "Run the command again with --stacktrace and report what it prints.");
    }
    if (stacktrace) {
      error.printStackTrace(err);
    }
    err.flush();
    return error instanceof EspalierException known ? exitCode(known) : ExitCode.SOFTWARE;
  }

  /** Prints an error and returns the exit code that goes with it. */
  static int print(PrintWriter err, EspalierException error) {
    err.println("error: " + error.problem() + " [" + error.code().id() + "]");
    err.println(error.remedy());
    err.flush();
    return exitCode(error);
  }

  /** What was asked for cannot be: a wrong command line or configuration, whoever finds out. */
  private static int exitCode(EspalierException error) {
    return switch (error.code()) {
      case UNKNOWN_NAME, INVALID_OPTION, INVALID_CONFIGURATION, UNKNOWN_DEVICE, CLASS_MISMATCH ->
          ExitCode.USAGE;
      default -> ExitCode.SOFTWARE;
    };
  }
}
