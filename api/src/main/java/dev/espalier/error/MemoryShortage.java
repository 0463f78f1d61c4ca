package dev.espalier.error;

import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes unreadable files from a heap that is too small to read them. Libraries wrap the
 * error, and after a failed allocation of a large array there is room for everything else.
 */
public final class MemoryShortage {
  private static final int DEEPEST = 20;

  private MemoryShortage() {}

  /**
   * Returns what a task makes.
   *
   * @param what is read, such as {@code the image} and its path
   * @param otherwise what helps besides a larger heap, such as {@code use fewer workers}
   * @throws EspalierException {@code OUT_OF_MEMORY} if the heap is too small for it
   */
  public static <T> T named(String what, String otherwise, Supplier<T> task) {
    try {
      return task.get();
    } catch (OutOfMemoryError e) {
      throw error(what, otherwise, e);
    }
  }

  /** Returns the error that {@link #named} throws. */
  public static EspalierException error(String what, String otherwise, OutOfMemoryError cause) {
    return new EspalierException(
        ErrorCode.OUT_OF_MEMORY,
        String.format(
            Locale.ROOT,
            "There is not enough memory for %s in the Java heap of %,d MiB.",
            what,
            Runtime.getRuntime().maxMemory() >> 20),
        "Give Java a larger heap with -Xmx, such as ESPALIER_JAVA_OPTS=-Xmx4g for the espalier"
            + " command, or "
            + otherwise
            + ".",
        cause);
  }

  /** Returns the lack of memory that caused a problem, or null if something else did. */
  public static @Nullable OutOfMemoryError findIn(Throwable problem) {
    Throwable cause = problem;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (cause instanceof OutOfMemoryError error) {
        return error;
      }
      cause = cause.getCause();
    }
    return null;
  }

  /** Throws the lack of memory that caused a problem, if that is what did. */
  public static void rethrow(Throwable problem) {
    OutOfMemoryError error = findIn(problem);
    if (error != null) {
      throw error;
    }
  }
}
