package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.InferenceSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Loads batches on worker threads, ahead of their use and in order. One worker assembles a batch
 * from random numbers that depend only on its samples, so that content and order depend neither on
 * the number of workers nor on timing. Not thread-safe.
 */
public final class BatchLoader implements AutoCloseable {
  private static final long MILLIS_BETWEEN_CHECKS = 100;

  private final Loading loading;
  private final Runnable wanted;
  private final ExecutorService workers;
  private final PixelBuffers buffers;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /**
   * Creates a loader; threads are started with the first batch.
   *
   * @param wanted called repeatedly while waiting for a batch; throws if the batch is no longer
   *     needed
   */
  public BatchLoader(Loading loading, Runnable wanted) {
    this.loading = loading;
    this.wanted = wanted;
    this.buffers = new PixelBuffers(loading.prefetch() + 1);
    AtomicInteger number = new AtomicInteger();
    this.workers =
        Executors.newFixedThreadPool(
            loading.workers(),
            task -> {
              Thread thread = new Thread(task, "espalier-loader-" + number.incrementAndGet());
              thread.setDaemon(true);
              threads.add(thread);
              return thread;
            });
  }

  /**
   * Starts loading the batches of a pass over a data set, with its labels; all images are resized
   * to {@code size}.
   */
  public Pass start(SampleReader reader, BatchPlan plan, ImageSize size) {
    ImageFitting stretched = new ImageFitting(size, InferenceSettings.defaults());
    return start(reader, BatchContent.labels(reader), plan, stretched);
  }

  /** Starts loading the batches of a pass. */
  public Pass start(
      SampleReader reader, BatchContent content, BatchPlan plan, ImageFitting fitting) {
    return new Pass(plan, new BatchAssembler(reader, content, fitting, buffers));
  }

  /** Starts reading the batches of a pass from a file of features. */
  public Pass start(FeatureFile features, BatchPlan plan) {
    return new Pass(
        plan,
        (indices, epoch, step, cancelled) ->
            new Batch(features.read(indices), indices.length, () -> {}));
  }

  /** Starts reading the batches of a pass from a data set of features. */
  public Pass start(FeatureContent features, BatchPlan plan) {
    return new Pass(plan, features);
  }

  /**
   * Stops the workers and waits for them to end. They are not interrupted, because an interrupt
   * would close files that a data set reads from, for all its users. Each worker ends after its
   * current sample.
   */
  @Override
  public void close() {
    closed = true;
    workers.shutdown();
    boolean interrupted = false;
    for (Thread thread : List.copyOf(threads)) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The batches of one pass, in order. Close it to discard the rest. */
  public final class Pass implements AutoCloseable {
    private final BatchPlan plan;
    private final BatchSource source;
    private final Deque<Future<Batch>> ahead = new ArrayDeque<>();
    private volatile boolean stopped;
    private int submitted;
    private long waited;

    private Pass(BatchPlan plan, BatchSource source) {
      this.plan = plan;
      this.source = source;
      this.submitted = plan.firstStep();
      fill();
    }

    private void fill() {
      while (!stopped && ahead.size() < loading.prefetch() && submitted < plan.steps()) {
        int step = submitted++;
        ahead.add(
            workers.submit(
                () ->
                    source.assemble(
                        plan.indices(step), plan.epoch(), step, () -> stopped || closed)));
      }
    }

    /**
     * Returns the next batch, or null after the last.
     *
     * @throws EspalierException the error of one of its samples, naming the sample; {@code
     *     INTERRUPTED} if the thread is interrupted, whose interrupt flag remains set
     */
    public @Nullable Batch next() {
      Future<Batch> first = ahead.poll();
      if (first == null) {
        return null;
      }
      long start = System.nanoTime();
      Batch batch = get(first);
      waited += System.nanoTime() - start;
      fill();
      return batch;
    }

    /**
     * Returns the nanoseconds that {@link #next} has waited for workers since the last call of this
     * method.
     */
    public long takeWaited() {
      long taken = waited;
      waited = 0;
      return taken;
    }

    /** Stops loading. */
    @Override
    public void close() {
      stopped = true;
      ahead.forEach(future -> future.cancel(false));
      ahead.clear();
    }
  }

  private Batch get(Future<Batch> future) {
    try {
      Batch batch = null;
      while (batch == null) {
        wanted.run();
        if (Thread.interrupted()) {
          throw new InterruptedException(); // a batch that is ready would not notice
        }
        batch = poll(future);
      }
      return batch;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EspalierException(
          ErrorCode.INTERRUPTED,
          "The thread was interrupted between two batches.",
          "Weights are those after the last complete step.",
          e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof EspalierException problem) {
        throw problem;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a batch could not be loaded", cause);
    }
  }

  private static @Nullable Batch poll(Future<Batch> future)
      throws InterruptedException, ExecutionException {
    try {
      return future.get(MILLIS_BETWEEN_CHECKS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    }
  }
}
