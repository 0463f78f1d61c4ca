package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.EngineFailures;
import dev.espalier.error.EspalierException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts failures of MXNet into user-facing errors. */
final class Failures {
  static final EngineFailures FAILURES = new EngineFailures("MXNet");

  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "failed to allocate|out of memory|bad_alloc|cannot allocate|exceeds? .*(2\\^31|int32|limit)",
          Pattern.CASE_INSENSITIVE);

  // MXNet writes "Check failed: condition: reason" after the source location.
  private static final Pattern REASON = Pattern.compile("(Check failed: .*|Error in operator .*)");

  private Failures() {}

  /**
   * Returns the error for a program that failed at run time.
   *
   * @param layer where it failed, null if unknown
   */
  static EspalierException run(String program, @Nullable String layer, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return isOutOfMemory(cause)
        ? FAILURES.outOfMemory(program, layer, reason(message), cause)
        : FAILURES.failed(program, layer, reason(message), cause);
  }

  static boolean isOutOfMemory(Throwable cause) {
    return cause instanceof OutOfMemoryError
        || OUT_OF_MEMORY.matcher(String.valueOf(cause.getMessage())).find();
  }

  private static String reason(String message) {
    Matcher matcher = REASON.matcher(message);
    return matcher.find() ? matcher.group(1) : message;
  }
}
