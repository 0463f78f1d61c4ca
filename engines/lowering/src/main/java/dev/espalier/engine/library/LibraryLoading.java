package dev.espalier.engine.library;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads a native library: prepares the process environment before, the exit of the process after,
 * and delays a shutdown of the JVM in between.
 */
public final class LibraryLoading {
  private LibraryLoading() {}

  /**
   * Runs {@code loading}, which loads a native library, and returns its result. A shutdown of the
   * JVM waits until it is done.
   *
   * @throws dev.espalier.error.EspalierException {@code CLOSED} if the JVM is already shutting down
   */
  public static <T> @Nullable T run(Supplier<@Nullable T> loading) {
    CountDownLatch loaded = new CountDownLatch(1);
    Thread waiting = new Thread(() -> await(loaded), "espalier-load");
    ProcessExit.addHook(waiting);
    try {
      OneDnnInstructions.limitWhereWrong();
      return loading.get();
    } finally {
      ProcessExit.skipDestructors();
      loaded.countDown();
      ProcessExit.removeHook(waiting);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
