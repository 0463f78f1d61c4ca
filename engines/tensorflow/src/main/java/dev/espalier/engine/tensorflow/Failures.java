package dev.espalier.engine.tensorflow;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Node;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/** Turns failures of TensorFlow into errors for the reader. */
final class Failures {
  private static final Pattern NODE =
      Pattern.compile("\\{\\{(?:function_)?node ([^}]+)\\}\\}|\\[\\[([^\\]{}]+)\\]\\]");
  private static final int LONGEST_MESSAGE = 400;

  private Failures() {}

  /** Returns the error for a node that TensorFlow refused. */
  static EspalierException compile(String program, Node node, RuntimeException cause) {
    return new EspalierException(
        ErrorCode.ENGINE_FAILED,
        "TensorFlow refused "
            + node.op().primitive()
            + " "
            + node.inputs()
            + where(node.scope())
            + " of the program \""
            + program
            + "\": "
            + summary(cause),
        "Please report it: the shapes and types passed the checks before.",
        cause);
  }

  /**
   * Returns the error for a program that failed while it ran.
   *
   * @param scopes the layer for each prefix of a TensorFlow name
   */
  static EspalierException run(String program, Map<String, String> scopes, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    String scope = scope(message, scopes);
    String head =
        "The program \"" + program + "\" failed in TensorFlow" + where(scope == null ? "" : scope);
    if (isOutOfMemory(cause)) {
      return new EspalierException(
          ErrorCode.ENGINE_FAILED,
          head + ": out of memory. " + summary(cause),
          "Use a smaller batch or smaller images, or freeze more layers.",
          cause);
    }
    return new EspalierException(
        ErrorCode.ENGINE_FAILED,
        head + ": " + summary(cause),
        "The cause holds TensorFlow's full message.",
        cause);
  }

  static boolean isOutOfMemory(Throwable cause) {
    return cause instanceof TFResourceExhaustedException
        || cause instanceof OutOfMemoryError
        || String.valueOf(cause.getMessage()).contains("OOM when allocating");
  }

  private static String where(String scope) {
    return scope.isEmpty() ? "" : " in " + scope;
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

  private static String summary(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).strip();
    int line = message.indexOf('\n');
    String first = line < 0 ? message : message.substring(0, line).strip();
    String text =
        first.length() > LONGEST_MESSAGE ? first.substring(0, LONGEST_MESSAGE) + "..." : first;
    return text.endsWith(".") ? text : text + ".";
  }
}
