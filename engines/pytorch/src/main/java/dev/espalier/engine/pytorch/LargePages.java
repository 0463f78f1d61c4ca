package dev.espalier.engine.pytorch;

import dev.espalier.engine.library.ProcessEnvironment;

/**
 * Has PyTorch take memory in large pages, so that the kernel hands over an array of a hundred
 * megabytes in fifty pieces instead of 25,000. PyTorch reads a variable of the process' environment
 * for that when it allocates for the first time.
 */
final class LargePages {
  /** The variable that PyTorch reads; one that the user has set is kept. */
  static final String VARIABLE = "THP_MEM_ALLOC_ENABLE";

  private LargePages() {}

  /** Has an effect on Linux only, and only before PyTorch has allocated anything. */
  static void use() {
    ProcessEnvironment.setIfAbsent(VARIABLE, "1");
  }
}
