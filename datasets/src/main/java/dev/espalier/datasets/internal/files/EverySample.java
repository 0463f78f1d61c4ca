package dev.espalier.datasets.internal.files;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Visits all samples of a data set, on all CPU cores. */
public final class EverySample {
  private EverySample() {}

  /** Returns the results of a task for the indices from 0 to {@code count - 1}, in order. */
  public static <T> List<T> map(int count, IntFunction<T> task) {
    int threads = Math.max(1, Math.min(count, Runtime.getRuntime().availableProcessors()));
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads,
            runnable -> {
              Thread thread = new Thread(runnable, "espalier-image-check");
              thread.setDaemon(true);
              return thread;
            });
    try {
      AtomicInteger next = new AtomicInteger();
      List<Future<List<Numbered<T>>>> shares = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        shares.add(workers.submit(() -> share(count, next, task)));
      }
      List<Numbered<T>> all = new ArrayList<>();
      for (Future<List<Numbered<T>>> share : shares) {
        all.addAll(share.get());
      }
      all.sort((one, other) -> Integer.compare(one.index(), other.index()));
      return all.stream().map(Numbered::result).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(
          ErrorCode.INTERRUPTED,
          "The thread was interrupted while images were checked.",
          "Open the data set again.",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EspalierException problem) {
        throw problem;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a sample could not be checked", e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private static <T> List<Numbered<T>> share(int count, AtomicInteger next, IntFunction<T> task) {
    List<Numbered<T>> results = new ArrayList<>();
    for (int i = next.getAndIncrement();
        i < count && !Thread.currentThread().isInterrupted();
        i = next.getAndIncrement()) {
      results.add(new Numbered<>(i, task.apply(i)));
    }
    return results;
  }

  private record Numbered<T>(int index, T result) {}
}
