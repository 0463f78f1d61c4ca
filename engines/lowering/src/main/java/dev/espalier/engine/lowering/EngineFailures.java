package dev.espalier.engine.lowering;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Node;
import org.jspecify.annotations.Nullable;

/**
 * Converts failures of a native library into user-facing errors. Immutable.
 *
 * @param library its display name, such as {@code TensorFlow}
 */
public record EngineFailures(String library) {
  private static final int LONGEST_MESSAGE = 400;

  /** Returns the error for a node that the library rejected. */
  public EspalierException refused(String program, Node node, RuntimeException cause) {
    return new EspalierException(
        ErrorCode.ENGINE_FAILED,
        library
            + " refused "
            + node.op().primitive()
            + " "
            + node.inputs()
            + where(node.scope())
            + " of the program \""
            + program
            + "\": "
            + summary(cause.getMessage()),
        "Please report this: shapes and types had passed all checks.",
        cause);
  }

  /**
   * Returns the error for a program that failed at run time.
   *
   * @param layer where it failed, null if unknown
   * @param message of the library, of which the first line is shown
   */
  public EspalierException failed(
      String program, @Nullable String layer, @Nullable String message, Throwable cause) {
    return new EspalierException(
        ErrorCode.ENGINE_FAILED,
        head(program, layer) + ": " + summary(message),
        "The cause holds " + library + "'s full message.",
        cause);
  }

  /** Returns the error for a program that ran out of memory. */
  public EspalierException outOfMemory(
      String program, @Nullable String layer, @Nullable String message, Throwable cause) {
    return new EspalierException(
        ErrorCode.ENGINE_FAILED,
        head(program, layer) + ": out of memory. " + summary(message),
        "Use a smaller batch or smaller images, or freeze more layers.",
        cause);
  }

  private String head(String program, @Nullable String layer) {
    return "The program \""
        + program
        + "\" failed in "
        + library
        + where(layer == null ? "" : layer);
  }

  private static String where(String layer) {
    return layer.isEmpty() ? "" : " in " + layer;
  }

  private static String summary(@Nullable String message) {
    String text = String.valueOf(message).strip();
    int line = text.indexOf('\n');
    String first = line < 0 ? text : text.substring(0, line).strip();
    String shown =
        first.length() > LONGEST_MESSAGE ? first.substring(0, LONGEST_MESSAGE) + "..." : first;
    return shown.endsWith(".") ? shown : shown + ".";
  }
}
