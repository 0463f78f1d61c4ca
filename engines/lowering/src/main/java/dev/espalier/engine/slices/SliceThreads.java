package dev.espalier.engine.slices;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * The threads that compute slices of a batch; the caller is one of them. The others are started
 * when they are first needed.
 */
public final class SliceThreads implements AutoCloseable {
  private final int count;
  private final ExecutorService others;

  /**
   * Creates threads.
   *
   * @param engine its name, which the threads are named after
   * @param count number of threads, the caller of {@link #run} included
   */
  public SliceThreads(String engine, int count) {
    this.count = count;
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, count - 1),
            task -> {
              Thread thread = new Thread(task, "espalier-" + engine);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Returns the number of threads, the caller included. */
  public int count() {
    return count;
  }

  /**
   * Computes each slice once, on whichever thread is free, and returns when no thread computes any
   * more.
   *
   * @throws RuntimeException what {@code compute} throws for a slice; others may then be missing
   */
  public void run(int slices, IntConsumer compute) {
    AtomicInteger next = new AtomicInteger();
    Runnable turns =
        () -> {
          try {
            for (int slice = next.getAndIncrement(); slice < slices; ) {
              compute.accept(slice);
              slice = next.getAndIncrement();
            }
          } catch (RuntimeException | Error e) {
            next.set(slices); // the result is lost
            throw e;
          }
        };
    CompletableFuture<Void> running =
        CompletableFuture.allOf(
            Stream.generate(() -> CompletableFuture.runAsync(turns, others))
                .limit(Math.min(count, slices) - 1L)
                .toArray(CompletableFuture<?>[]::new));
    try {
      turns.run();
    } finally {
      running.exceptionally(failure -> null).join();
    }
    try {
      running.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Ends the threads, when they have nothing to compute any more. */
  @Override
  public void close() {
    others.shutdown();
  }
}
