package dev.espalier.engine.library;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * The environment of this process as native libraries see it. Java cannot change it, the C library
 * can. Java keeps a copy, so that {@link System#getenv} and processes that Java starts do not see
 * what is set here.
 */
public final class ProcessEnvironment {
  interface CLibrary extends Library {
    int setenv(String name, String value, int overwrite);
  }

  private ProcessEnvironment() {}

  /**
   * Sets a variable unless it is set already. Has an effect on Linux only, and only on libraries
   * that read the variable later.
   */
  public static void setIfAbsent(String name, String value) {
    if (Platform.isLinux()) {
      Native.load("c", CLibrary.class).setenv(name, value, 0);
    }
  }
}
