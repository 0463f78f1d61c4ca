package dev.espalier.engine.library;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * The environment variables of this process as native libraries see them. Java cannot change them,
 * but the C library can. {@link System#getenv} and processes started from Java do not see the
 * change, because Java works on its own copy.
 */
public final class ProcessEnvironment {
  interface CLibrary extends Library {
    int setenv(String name, String value, int overwrite);
  }

  private ProcessEnvironment() {}

  /**
   * Sets an environment variable unless it is already set. Works on Linux and macOS, and affects
   * only libraries that read the variable later.
   */
  public static void setIfAbsent(String name, String value) {
    if (Platform.isLinux() || Platform.isMac()) {
      Native.load("c", CLibrary.class).setenv(name, value, 0);
    }
  }
}
