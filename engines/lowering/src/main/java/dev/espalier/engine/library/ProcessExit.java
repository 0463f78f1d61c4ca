package dev.espalier.engine.library;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a process that has loaded a native library. When the JVM ends, it calls the C
 * library's {@code exit}, which destroys the static objects of all C++ libraries while other
 * threads still run: one that is computing then reads what has been freed, and the process crashes.
 * Nothing of that is needed, because the kernel frees the memory of a process anyway.
 */
public final class ProcessExit {
  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessExit.class);

  private ProcessExit() {}

  /**
   * Has {@code exit} end the process at once, with its exit code, instead of destroying the static
   * objects that were created before this call. Buffered output of C code is still written. Calling
   * it again covers what was created since.
   *
   * @return whether that is possible; only the GNU C library offers it
   */
  public static boolean skipDestructors() {
    try {
      NativeLibrary process = NativeLibrary.getProcess();
      Pointer end = process.getFunction("_exit");
      Pointer flush = process.getFunction("fcloseall");
      // The exit code is the first argument of what on_exit registers, and the last one registered
      // is the first to be called.
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
   * Has a thread run when the JVM is shut down.
   *
   * @throws EspalierException {@code CLOSED} if it is being shut down already
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

  /** Undoes {@link #addHook}, unless the JVM is being shut down already. */
  public static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOGGER.trace("The JVM is shutting down, and the hook runs", e);
    }
  }
}
