package dev.espalier.engine.pytorch;

import dev.espalier.engine.library.ProcessEnvironment;

/**
 * Makes PyTorch allocate memory in transparent huge pages, so that the kernel maps an array of 100
 * MB with 50 pages instead of 25,000. PyTorch reads an environment variable for that before its
 * first allocation.
 */
final class LargePages {
  /** The environment variable that PyTorch reads. A value set by the user is kept. */
  static final String VARIABLE = "THP_MEM_ALLOC_ENABLE";

  private LargePages() {}

  /**
   * Enables huge pages; has an effect on Linux only, and only before PyTorch's first allocation.
   */
  static void use() {
    ProcessEnvironment.setIfAbsent(VARIABLE, "1");
  }
}
