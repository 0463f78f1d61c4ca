package dev.espalier.datasets.internal;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Tells images that cannot be read from a heap that is too small for them. Libraries wrap the
 * error, and one large array that there is no room for leaves room for everything else.
 */
public final class MemoryShortage {
  private MemoryShortage() {}

  /**
   * Returns what a task makes.
   *
   * @param what is read, such as {@code the image} and its path
   * @throws EspalierException {@code OUT_OF_MEMORY} if the heap is too small for it
   */
  public static <T> T named(String what, Supplier<T> task) {
    try {
      return task.get();
    } catch (OutOfMemoryError e) {
      throw new EspalierException(
          ErrorCode.OUT_OF_MEMORY,
          String.format(
              Locale.ROOT,
              "There is not enough memory for %s in the Java heap of %,d MiB.",
              what,
              Runtime.getRuntime().maxMemory() >> 20),
          "Give Java a larger heap with -Xmx, such as ESPALIER_JAVA_OPTS=-Xmx4g for the espalier"
              + " command, or use fewer workers.",
          e);
    }
  }

  /** Throws the lack of memory that caused a problem, if that is what did. */
  public static void rethrow(Throwable problem) {
    int depth = 0;
    for (Throwable cause = problem; cause != null && depth < 20; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError error) {
        throw error;
      }
      depth++;
    }
  }
}
