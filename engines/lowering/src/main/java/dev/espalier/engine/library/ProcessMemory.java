package dev.espalier.engine.library;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that the C library manages for this process. A training step frees about as much as it
 * has taken, and glibc gives most of that back to the system, which has to clear it before the next
 * step gets it again.
 */
public final class ProcessMemory {
  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessMemory.class);

  /** The codes of mallopt in glibc's header {@code malloc.h}. */
  private static final int M_TRIM_THRESHOLD = -1;

  private static final int M_MMAP_THRESHOLD = -3;

  /** The largest that glibc accepts. Larger arrays are given back, so that they leave no gaps. */
  private static final int LARGEST_THRESHOLD = 32 << 20;

  private static final int NEVER = -1;

  private ProcessMemory() {}

  /**
   * Has the C library keep freed arrays of up to 32 MB for the arrays that follow. It applies to
   * the whole process. Nothing changes where a variable of the environment says what to keep.
   *
   * @return whether this is supported; only the GNU C library is
   */
  public static boolean keepFreed() {
    return keepFreed(System.getenv());
  }

  static boolean keepFreed(Map<String, String> environment) {
    if (!Platform.isLinux() || isSet(environment)) {
      return false;
    }
    try {
      Function mallopt = NativeLibrary.getProcess().getFunction("mallopt");
      // The first of the two stops glibc from adapting either.
      return set(mallopt, M_MMAP_THRESHOLD, LARGEST_THRESHOLD)
          && set(mallopt, M_TRIM_THRESHOLD, NEVER);
    } catch (LinkageError | RuntimeException e) {
      LOGGER.debug("The C library gives freed memory back as it sees fit", e);
      return false;
    }
  }

  private static boolean isSet(Map<String, String> environment) {
    String tunables = environment.getOrDefault("GLIBC_TUNABLES", "");
    return tunables.contains("glibc.malloc.trim_threshold")
        || tunables.contains("glibc.malloc.mmap_threshold")
        || environment.containsKey("MALLOC_TRIM_THRESHOLD_")
        || environment.containsKey("MALLOC_MMAP_THRESHOLD_");
  }

  private static boolean set(Function mallopt, int parameter, int value) {
    return mallopt.invokeInt(new Object[] {parameter, value}) == 1;
  }
}
