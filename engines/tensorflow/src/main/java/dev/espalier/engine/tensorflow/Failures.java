package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.EngineFailures;
import dev.espalier.error.EspalierException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/** Converts failures of TensorFlow into user-facing errors. */
final class Failures {
  private static final Pattern NODE =
      Pattern.compile("\\{\\{(?:function_)?node ([^}]+)\\}\\}|\\[\\[([^\\]{}]+)\\]\\]");

  static final EngineFailures FAILURES = new EngineFailures("TensorFlow");

  private Failures() {}

  /**
   * Returns the error for a program that failed at run time.
   *
   * @param scopes the layer for each name scope in the TensorFlow graph
   */
  static EspalierException run(String program, Map<String, String> scopes, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    String layer = scope(message, scopes);
    return isOutOfMemory(cause)
        ? FAILURES.outOfMemory(program, layer, message, cause)
        : FAILURES.failed(program, layer, message, cause);
  }

  static boolean isOutOfMemory(Throwable cause) {
    return cause instanceof TFResourceExhaustedException
        || cause instanceof OutOfMemoryError
        || String.valueOf(cause.getMessage()).contains("OOM when allocating");
  }

  /** Returns the layer whose operation the message names, null if it names none. */
  static @Nullable String scope(String message, Map<String, String> scopes) {
    Matcher matcher = NODE.matcher(message);
    while (matcher.find()) {
      String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      for (String prefix = name; prefix.contains("/"); ) {
        prefix = prefix.substring(0, prefix.lastIndexOf('/'));
        String scope = scopes.get(prefix);
        if (scope != null && !scope.isEmpty()) {
          return scope;
        }
      }
    }
    return null;
  }
}
