package dev.espalier.engine.pytorch;

import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.engine.library.ProcessThreads;

/**
 * The number of threads that compute an operator together. PyTorch keeps it for each thread that
 * calls operators, and the number that was set last on any thread for those that call their first.
 */
final class IntraOpThreads {
  private IntraOpThreads() {}

  /** Returns the number for whole batches, which the first engine of the process has set. */
  static int ofProcess() {
    return ProcessThreads.inUse("PyTorch", JniUtils::getNumThreads);
  }

  /** Sets how many threads compute the operators that the calling thread calls from now on. */
  static void use(int threads) {
    // Asking comes first: it makes a new thread take over the number that was set last, which would
    // otherwise replace this one at its first operator.
    if (JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
  }
}
