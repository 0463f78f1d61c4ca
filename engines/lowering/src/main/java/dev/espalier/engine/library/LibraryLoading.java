package dev.espalier.engine.library;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every native library passes when it is loaded: the environment is prepared before, the end
 * of the process after it, and the JVM does not shut down in between.
 */
public final class LibraryLoading {
  private LibraryLoading() {}

  /**
   * Loads a native library and returns what {@code loading} does. If the JVM is shut down in the
   * meantime, its end waits for this.
   *
   * @throws dev.espalier.error.EspalierException {@code CLOSED} if it is being shut down already
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
