package dev.espalier.engine.library;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of threads of a native library, which belongs to the process: the first engine that is
 * opened sets it. It is kept as a system property, because it does not belong to the class loader
 * of this class either.
 */
public final class ProcessThreads {
  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessThreads.class);

  private ProcessThreads() {}

  /**
   * Returns whether this is the first wish for a library. A later wish for another number has no
   * effect and is answered with a warning.
   *
   * @param library its name as people write it, such as {@code TensorFlow}
   * @param threads 0 for all
   */
  public static synchronized boolean isFirst(String library, int threads) {
    String property =
        "dev.espalier.engine." + library.toLowerCase(java.util.Locale.ROOT) + ".threads";
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
}
