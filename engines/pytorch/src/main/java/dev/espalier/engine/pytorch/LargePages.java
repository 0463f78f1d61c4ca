package dev.espalier.engine.pytorch;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Has PyTorch take memory in large pages, so that the kernel hands over an array of a hundred
 * megabytes in fifty pieces instead of 25,000. PyTorch reads a variable of the process' environment
 * for that when it allocates for the first time; Java cannot set one, the C library can. Processes
 * that Java starts do not inherit it, because Java keeps a copy of the environment.
 */
final class LargePages {
  /** The variable that PyTorch reads; one that the user has set is kept. */
  static final String VARIABLE = "THP_MEM_ALLOC_ENABLE";

  interface CLibrary extends Library {
    int setenv(String name, String value, int overwrite);
  }

  private LargePages() {}

  /** Has an effect on Linux only, and only before PyTorch has allocated anything. */
  static void use() {
    if (Platform.isLinux()) {
      Native.load("c", CLibrary.class).setenv(VARIABLE, "1", 0);
    }
  }
}
