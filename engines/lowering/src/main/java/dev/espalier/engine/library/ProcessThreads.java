package dev.espalier.engine.library;

import java.util.Locale;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of threads of a native library. It applies to the whole process and is set by the
 * first engine that is opened. It is kept in a system property, because this class may be loaded by
 * several class loaders.
 */
public final class ProcessThreads {
  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessThreads.class);

  private ProcessThreads() {}

  /**
   * Returns whether this is the first request for a library. Logs a warning if an earlier request
   * set another number of threads, which stays in effect.
   *
   * @param library its display name, such as {@code TensorFlow}
   * @param threads number of threads, 0 for all processors
   */
  public static synchronized boolean isFirst(String library, int threads) {
    String property = property(library, "threads");
    String wanted = Integer.toString(threads);
    String first = System.getProperty(property);
    if (first == null) {
      System.setProperty(property, wanted);
      return true;
    }
    if (!first.equals(wanted)) {
      LOGGER.warn(
          "{} was first opened with threads = {} in this process and stays so; threads = {} has"
              + " no effect (0 stands for all)",
          library,
          first,
          wanted);
    }
    return false;
  }

  /**
   * Returns the number of threads that a library uses: what it said when it was first asked.
   *
   * @param library its display name, such as {@code PyTorch}
   * @param asked asks the library
   */
  public static synchronized int inUse(String library, IntSupplier asked) {
    String property = property(library, "threads-in-use");
    String first = System.getProperty(property);
    if (first == null) {
      first = Integer.toString(asked.getAsInt());
      System.setProperty(property, first);
    }
    return Integer.parseInt(first);
  }

  private static String property(String library, String what) {
    return "dev.espalier.engine." + library.toLowerCase(Locale.ROOT) + "." + what;
  }
}
