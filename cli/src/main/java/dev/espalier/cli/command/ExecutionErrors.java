package dev.espalier.cli.command;

import dev.espalier.cli.text.PrintableWriter;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/** Prints an error and what to do about it, with a stack trace only on request. */
public final class ExecutionErrors implements CommandLine.IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception error, CommandLine commandLine, ParseResult parseResult) {
    PrintWriter err = new PrintableWriter(commandLine.getErr());
    EspalierCommand root = (EspalierCommand) commandLine.getCommandSpec().root().userObject();
    boolean stacktrace = root.stacktrace;
    Throwable cause = unwrapped(error);
    OutOfMemoryError memory = outOfMemory(cause);
    EspalierException known = known(cause);
    if (known != null) {
      print(err, known);
    } else if (memory != null) {
      printOutOfMemory(err, memory);
    } else {
      err.println("error: Something went wrong that should not: " + cause);
      err.println(
          stacktrace
              ? "Please report it with the lines below."
              : "Run the command again with --stacktrace and report what it prints.");
    }
    if (stacktrace) {
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace));
      err.print(trace);
    }
    err.flush();
    return known != null ? ExitCodes.of(known.code()) : ExitCode.SOFTWARE;
  }

  /** picocli handles exceptions only, so it wraps errors of the JVM. */
  private static Throwable unwrapped(Exception error) {
    Throwable cause = error.getCause();
    return error instanceof CommandLine.ExecutionException && cause != null ? cause : error;
  }

  private static @Nullable OutOfMemoryError outOfMemory(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError memory) {
        return memory;
      }
    }
    return null;
  }

  private static void printOutOfMemory(PrintWriter err, OutOfMemoryError error) {
    long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
    String message = String.valueOf(error.getMessage());
    boolean direct = message.contains("direct");
    err.println(
        "error: Java ran out of memory ("
            + message
            + "); it may use "
            + mebibytes
            + " MiB"
            + (direct ? ", and as much outside of its heap." : "."));
    err.println(
        "Give it more, such as ESPALIER_JAVA_OPTS="
            + (direct ? "-XX:MaxDirectMemorySize=8g" : "-Xmx8g")
            + ", or use less: a smaller --batch-size, --prefetch, --workers or --memory-cache.");
  }

  /** Returns the error as one that the user can act on, or null if it is not. */
  private static @Nullable EspalierException known(Throwable error) {
    if (error instanceof EspalierException known) {
      return known;
    }
    Throwable cause = error instanceof UncheckedIOException ? error.getCause() : error;
    return cause instanceof FileSystemException file
        ? new EspalierException(
            ErrorCode.FILE_NOT_READABLE,
            "The file or folder " + file.getFile() + " cannot be used: " + file + ".",
            "Check that it is there and that you may read and write it.",
            error)
        : null;
  }

  /** Prints an error and returns its exit code. */
  public static int print(PrintWriter err, EspalierException error) {
    // Not println, because a problem may have several lines, which are already escaped.
    err.print("error: " + error.problem() + " [" + error.id() + "]");
    err.println();
    err.print(error.remedy());
    err.println();
    err.flush();
    return ExitCodes.of(error.code());
  }
}
