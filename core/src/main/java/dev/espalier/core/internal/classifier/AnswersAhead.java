package dev.espalier.core.internal.classifier;

import dev.espalier.error.EspalierException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the items of a sequence on threads of its own, a limited number ahead, and returns their
 * answers in order. Not thread-safe.
 *
 * @param <S> type of the items
 * @param <T> type of the answers
 */
public final class AnswersAhead<S, T> implements Iterator<T>, AutoCloseable {
  private record Asked<T>(CompletableFuture<T> answer) {}

  private final Iterator<? extends S> items;
  private final Function<? super S, CompletableFuture<T>> ask;
  private final int ahead;
  private final @Nullable Duration timeout;
  private final ExecutorService threads;
  private final Deque<Future<Asked<T>>> asked = new ArrayDeque<>();

  /**
   * Prepares a sequence; nothing is asked before the first call of {@link #hasNext}.
   *
   * @param ahead largest number of items that are asked about at once
   * @param timeout how long to wait for an answer once its item is prepared, or null
   * @param ask prepares an item and asks about it; called on several threads
   */
  public AnswersAhead(
      Iterator<? extends S> items,
      int ahead,
      @Nullable Duration timeout,
      Function<? super S, CompletableFuture<T>> ask) {
    this.items = items;
    this.ask = ask;
    this.ahead = ahead;
    this.timeout = timeout;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            Math.min(ahead, Runtime.getRuntime().availableProcessors()),
            task -> {
              Thread thread = new Thread(task, "espalier-images-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public boolean hasNext() {
    while (asked.size() < ahead && items.hasNext()) {
      S item = items.next();
      asked.add(threads.submit(() -> new Asked<>(ask.apply(item))));
    }
    if (asked.isEmpty()) {
      close();
      return false;
    }
    return true;
  }

  /**
   * Returns the next answer.
   *
   * @throws EspalierException the error of the item; {@code INTERRUPTED}; {@code TIMED_OUT}
   */
  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      return RequestQueue.await(RequestQueue.await(asked.remove(), null).answer(), timeout);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Ends the threads; items that were not returned are given up. */
  @Override
  public void close() {
    for (Future<Asked<T>> one : asked) {
      if (!one.cancel(false) && one.isDone()) {
        giveUp(one);
      }
    }
    asked.clear();
    threads.shutdown();
  }

  private static <T> void giveUp(Future<Asked<T>> asked) {
    try {
      asked.get().answer().cancel(false);
    } catch (ExecutionException | CancellationException e) {
      // It has failed, and nobody asks why.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
