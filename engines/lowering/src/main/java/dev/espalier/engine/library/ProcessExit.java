package dev.espalier.engine.library;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exit of a process that has loaded a native library. When the JVM ends, it calls the C
 * library's {@code exit}, which destroys the static objects of all C++ libraries while other
 * threads are still running. A thread that is computing then reads freed memory, and the process
 * crashes. Destroying them is unnecessary, because the kernel frees all memory of the process
 * anyway.
 */
public final class ProcessExit {
  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessExit.class);

  private ProcessExit() {}

  /**
   * Makes {@code exit} end the process at once, with its exit code, instead of destroying the
   * static objects created before this call. Buffered output of C code is still flushed. Call again
   * to cover objects created since.
   *
   * @return whether this is supported; only the GNU C library is
   */
  public static boolean skipDestructors() {
    try {
      NativeLibrary process = NativeLibrary.getProcess();
      Pointer end = process.getFunction("_exit");
      Pointer flush = process.getFunction("fcloseall");
      // on_exit passes the exit code as first argument, and calls the function that was registered
      // last first.
      return onExit(process, end) && onExit(process, flush);
    } catch (LinkageError | RuntimeException e) {
      LOGGER.debug("Static objects of native libraries are destroyed when the process ends", e);
      return false;
    }
  }

  private static boolean onExit(NativeLibrary process, Pointer function) {
    return process.getFunction("on_exit").invokeInt(new Object[] {function, Pointer.NULL}) == 0;
  }

  /**
   * Adds a shutdown hook to the JVM.
   *
   * @throws EspalierException {@code CLOSED} if the JVM is already shutting down
   */
  public static void addHook(Thread hook) {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      throw new EspalierException(
          ErrorCode.CLOSED,
          "No engine can be opened while the JVM is shutting down.",
          "Open it earlier.",
          e);
    }
  }

  /** Removes a hook added by {@link #addHook}; does nothing if the JVM is already shutting down. */
  public static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOGGER.trace("The JVM is shutting down, and the hook runs", e);
    }
  }
}
