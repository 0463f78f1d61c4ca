package dev.espalier.engine.tensorflow.internal;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions with threads of their own. TensorFlow computes the operators of all sessions of a
 * process on the same threads, unless a variable of its C++ class {@code LocalDevice} says while a
 * session is opened that it gets its own; the C interface does not offer that. Thread-safe.
 */
public final class SessionThreads {
  /** The name of {@code tensorflow::LocalDevice::use_global_threadpool_} in the library. */
  private static final String SHARED = "_ZN10tensorflow11LocalDevice22use_global_threadpool_E";

  private static final byte NO = 0;
  private static final byte YES = 1;

  private final @Nullable Pointer shared;

  private SessionThreads(@Nullable Pointer shared) {
    this.shared = shared;
  }

  /** Looks for the variable in a loaded library and those that it needs. */
  static SessionThreads of(NativeLibrary library) {
    try {
      Pointer variable = library.getGlobalVariableAddress(SHARED);
      return new SessionThreads(variable.getByte(0) == YES ? variable : null);
    } catch (UnsatisfiedLinkError e) {
      return new SessionThreads(null); // such as on Windows, where names are others
    }
  }

  /** Returns whether sessions can have threads of their own. */
  public boolean available() {
    return shared != null;
  }

  /** Returns whether sessions that are opened now share their threads. */
  boolean shared() {
    return shared == null || shared.getByte(0) == YES;
  }

  /** Returns what {@code opening} returns; sessions that it opens get threads of their own. */
  public <T> T own(Supplier<T> opening) {
    if (shared == null) {
      throw new IllegalStateException("sessions share their threads");
    }
    synchronized (SessionThreads.class) {
      shared.setByte(0, NO);
      try {
        return opening.get();
      } finally {
        shared.setByte(0, YES);
      }
    }
  }
}
