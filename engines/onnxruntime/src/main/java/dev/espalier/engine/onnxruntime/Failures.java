package dev.espalier.engine.onnxruntime;

import dev.espalier.engine.lowering.EngineFailures;
import dev.espalier.error.EspalierException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts failures of ONNX Runtime into user-facing errors. */
final class Failures {
  private static final EngineFailures FAILURES = new EngineFailures("ONNX Runtime");

  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "failed to allocate|out of memory|bad_alloc|std::length_error|integer overflow",
          Pattern.CASE_INSENSITIVE);

  /** Nodes are named after their layer and operation. */
  private static final Pattern NODE = Pattern.compile("Name:'([^']*)/[^/']*'");

  /** The library's own code and source position stand before what happened. */
  private static final Pattern REASON = Pattern.compile("Status Message: (?:[^ ]*:\\d+ .*?\\) ?)?");

  private Failures() {}

  /** Returns the error for a program that could not be prepared or run. */
  static EspalierException run(String program, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    boolean memory = cause instanceof OutOfMemoryError || OUT_OF_MEMORY.matcher(message).find();
    return memory
        ? FAILURES.outOfMemory(program, layer(message), reason(message), cause)
        : FAILURES.failed(program, layer(message), reason(message), cause);
  }

  private static @Nullable String layer(String message) {
    Matcher matcher = NODE.matcher(message);
    return matcher.find() ? matcher.group(1) : null;
  }

  private static String reason(String message) {
    Matcher matcher = REASON.matcher(message);
    return matcher.find() && matcher.end() < message.length()
        ? message.substring(matcher.end())
        : message;
  }
}
