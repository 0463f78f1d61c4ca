package dev.espalier.engine.tensorflow.internal;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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

  /** The variables of all libraries that have one: only one of them is that of the class. */
  private final Set<Pointer> variables;

  private SessionThreads(Set<Pointer> variables) {
    this.variables = variables;
  }

  /**
   * Looks for the variable in libraries.
   *
   * @param libraries loaded ones, in which TensorFlow consists
   */
  static SessionThreads of(List<NativeLibrary> libraries) {
    return new SessionThreads(
        libraries.stream()
            .map(SessionThreads::variable)
            .flatMap(Optional::stream)
            .filter(variable -> variable.getByte(0) == YES)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Optional<Pointer> variable(NativeLibrary library) {
    try {
      return Optional.of(library.getGlobalVariableAddress(SHARED));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty(); // such as on Windows, where names are others
    }
  }

  /** Returns whether sessions can have threads of their own. */
  public boolean available() {
    return !variables.isEmpty();
  }

  /** Returns whether sessions that are opened now share their threads. */
  boolean shared() {
    return variables.stream().allMatch(variable -> variable.getByte(0) == YES);
  }

  /** Returns what {@code opening} returns; sessions that it opens get threads of their own. */
  public <T> T own(Supplier<T> opening) {
    if (variables.isEmpty()) {
      throw new IllegalStateException("sessions share their threads");
    }
    synchronized (SessionThreads.class) {
      set(NO);
      try {
        return opening.get();
      } finally {
        set(YES);
      }
    }
  }

  private void set(byte value) {
    variables.forEach(variable -> variable.setByte(0, value));
  }
}
