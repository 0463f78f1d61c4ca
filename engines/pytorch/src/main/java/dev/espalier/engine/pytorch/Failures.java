package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.EngineFailures;
import dev.espalier.error.EspalierException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts failures of PyTorch into user-facing errors. */
final class Failures {
  static final EngineFailures FAILURES = new EngineFailures("PyTorch");

  private static final Pattern LINE = Pattern.compile("__torch__\\.py\", line (\\d+)");
  private static final Pattern CAUSE = Pattern.compile("(?m)^\\s*RuntimeError: (.+)$");
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "can't allocate memory|out of memory|not enough memory|bad_alloc|size calculation"
              + " overflowed",
          Pattern.CASE_INSENSITIVE);

  private Failures() {}

  /**
   * Returns the error for a program that failed at run time.
   *
   * @param layers the layer for each line of the script
   */
  static EspalierException run(String program, Map<Integer, String> layers, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    String layer = layer(message, layers);
    return isOutOfMemory(cause)
        ? FAILURES.outOfMemory(program, layer, reason(message), cause)
        : FAILURES.failed(program, layer, reason(message), cause);
  }

  static boolean isOutOfMemory(Throwable cause) {
    return cause instanceof OutOfMemoryError
        || OUT_OF_MEMORY.matcher(String.valueOf(cause.getMessage())).find();
  }

  /** Returns the layer of the script line that the message names, null if it names none. */
  static @Nullable String layer(String message, Map<Integer, String> layers) {
    Matcher matcher = LINE.matcher(message);
    return matcher.find() ? layers.get(Integer.parseInt(matcher.group(1))) : null;
  }

  /** Returns the cause without the stack trace of the script. */
  static String reason(String message) {
    Matcher matcher = CAUSE.matcher(message);
    return matcher.find() ? matcher.group(1) : message;
  }
}
