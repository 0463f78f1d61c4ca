package dev.espalier.core.internal.classifier;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait to be computed, in the order of their arrival. Sessions take them in
 * batches of equal tasks; those whose caller has given up are left out. Thread-safe.
 */
public final class RequestQueue {
  private final int batchSize;
  private final long waitNanos;
  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<InferenceRequest> waiting = new ArrayDeque<>();
  private boolean gathering = true;
  private boolean closed;

  /**
   * Creates an empty queue.
   *
   * @param batchSize largest number of requests taken at once
   * @param wait how long a batch that is not full waits for more requests
   * @param limit largest number of waiting requests; 0 for no limit
   */
  public RequestQueue(int batchSize, Duration wait, int limit) {
    this.batchSize = batchSize;
    this.waitNanos = wait.toNanos();
    this.limit = limit;
  }

  /**
   * Adds a request.
   *
   * @throws EspalierException {@link ErrorCode#CLOSED}; {@link ErrorCode#CLASSIFIER_BUSY} if the
   *     queue is full
   */
  public void add(InferenceRequest request) {
    lock.lock();
    try {
      if (closed) {
        throw closed();
      }
      if (limit > 0 && waiting.size() >= limit) {
        waiting.removeIf(one -> one.answer().isDone());
      }
      if (limit > 0 && waiting.size() >= limit) {
        throw new EspalierException(
            ErrorCode.CLASSIFIER_BUSY,
            waiting.size() + " requests are waiting for the classifier, as many as it accepts.",
            "Try again later, or accept more: options.queueLimit.");
      }
      waiting.add(request);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  static EspalierException closed() {
    return new EspalierException(
        ErrorCode.CLOSED,
        "The classifier is closed.",
        "Keep it open as long as the application answers requests.");
  }

  /**
   * Takes the next batch: requests of one task, in order. Waits until there is one.
   *
   * @return an empty list if the queue is closed and nothing is left
   */
  public List<InferenceRequest> take() {
    lock.lock();
    try {
      while (true) {
        InferenceRequest first = first();
        if (first == null) {
          if (closed) {
            return List.of();
          }
          changed.awaitUninterruptibly();
          continue;
        }
        List<InferenceRequest> batch = new ArrayList<>(List.of(first));
        fill(batch);
        waitForMore(batch);
        if (!waiting.isEmpty()) {
          changed.signal(); // another session can take the rest
        }
        return batch;
      }
    } finally {
      lock.unlock();
    }
  }

  private void waitForMore(List<InferenceRequest> batch) {
    long end = System.nanoTime() + waitNanos;
    long left = waitNanos;
    while (left > 0 && batch.size() < batchSize && gathering) {
      try {
        changed.awaitNanos(left);
      } catch (InterruptedException e) {
        // Nobody interrupts the threads of sessions; closing ends them.
      }
      fill(batch);
      left = end - System.nanoTime();
    }
  }

  private @Nullable InferenceRequest first() {
    InferenceRequest first = waiting.poll();
    while (first != null && first.answer().isDone()) {
      first = waiting.poll();
    }
    return first;
  }

  private void fill(List<InferenceRequest> batch) {
    Iterator<InferenceRequest> rest = waiting.iterator();
    while (rest.hasNext() && batch.size() < batchSize) {
      InferenceRequest request = rest.next();
      if (request.answer().isDone()) {
        rest.remove();
      } else if (request.task().equals(batch.get(0).task())) {
        batch.add(request);
        rest.remove();
      }
    }
  }

  /**
   * Returns what becomes of an answer; if it is cancelled, so is the request.
   *
   * @param answer of a request
   */
  public static <T, R> CompletableFuture<R> map(
      CompletableFuture<T> answer, Function<? super T, ? extends R> function) {
    CompletableFuture<R> result = answer.thenApply(function);
    result.exceptionally(
        problem -> {
          if (result.isCancelled()) {
            answer.cancel(false);
          }
          return null;
        });
    return result;
  }

  /** Returns all of several answers, in their order; if it is cancelled, so are they. */
  public static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> answers) {
    CompletableFuture<List<T>> all =
        CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
            .thenApply(nothing -> answers.stream().map(CompletableFuture::join).toList());
    all.exceptionally(
        problem -> {
          answers.forEach(answer -> answer.cancel(false));
          return List.of();
        });
    return all;
  }

  /** Returns the number of waiting requests. */
  public int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** From now on, gives batches at once instead of waiting until they are full. */
  public void stopGathering() {
    lock.lock();
    try {
      gathering = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Accepts no more requests; those that wait are still taken. */
  public void close() {
    lock.lock();
    try {
      gathering = false;
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for an answer.
   *
   * @throws EspalierException the error of the request; {@link ErrorCode#INTERRUPTED} if the thread
   *     is interrupted, whose flag remains set; {@link ErrorCode#TIMED_OUT}
   */
  public static <T> T await(Future<T> answer, @Nullable Duration timeout) {
    try {
      return timeout == null ? answer.get() : answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      answer.cancel(false);
      Thread.currentThread().interrupt();
      throw new EspalierException(
          ErrorCode.INTERRUPTED,
          "The thread was interrupted while it waited for a classifier.",
          "Ask again, or stop.",
          e);
    } catch (TimeoutException e) {
      answer.cancel(false);
      throw new EspalierException(
          ErrorCode.TIMED_OUT,
          "The classifier did not answer within " + timeout + ".",
          "Try again later, or allow more time: options.timeout.",
          e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    if (cause instanceof EspalierException problem) {
      // The error of a batch belongs to several callers, each of which gets its own.
      return new EspalierException(problem.code(), problem.problem(), problem.remedy(), problem);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("an image could not be classified", cause);
  }
}
