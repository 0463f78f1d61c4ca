package dev.espalier.core.internal.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Restricts a trainer to one thread at a time. Calls from other threads fail instead of waiting,
 * because training the same weights from two threads is a mistake. Further calls from the same
 * thread, such as from callbacks, are allowed. Closing is possible at any time. Thread-safe.
 */
public final class ExclusiveUse {
  private @Nullable Thread user;
  private String userCall = "";
  private int depth;
  private boolean closed;
  private @Nullable Thread closer;

  /** Creates an unused instance. */
  public ExclusiveUse() {}

  /**
   * Runs a call of the trainer.
   *
   * @param call the method, for messages
   * @throws EspalierException {@code TRAINER_IN_USE} if another thread is in a call; {@code CLOSED}
   *     if the trainer is closed, also by another thread during the call
   */
  public <T> T during(String call, Supplier<T> work) {
    begin(call);
    try {
      return work.get();
    } catch (EspalierException e) {
      throw e.code() == ErrorCode.CLOSED ? closedMeanwhile(e) : e;
    } finally {
      end();
    }
  }

  /** Runs a call of the trainer without a result. */
  public void during(String call, Runnable work) {
    during(
        call,
        () -> {
          work.run();
          return true;
        });
  }

  private synchronized void begin(String call) {
    requireOpen();
    requireNoOther(call);
    if (depth == 0) {
      user = Thread.currentThread();
      userCall = call;
    }
    depth++;
  }

  private synchronized void end() {
    depth--;
    if (depth == 0) {
      user = null;
    }
  }

  /**
   * Checks that no other thread is in a call.
   *
   * @param call the method, for the message
   * @throws EspalierException {@code TRAINER_IN_USE}
   */
  synchronized void requireNoOther(String call) {
    Thread other = user;
    if (other != null && other != Thread.currentThread()) {
      throw new EspalierException(
          ErrorCode.TRAINER_IN_USE,
          "The trainer is in use: the thread \""
              + other.getName()
              + "\" is in "
              + userCall
              + ", and the thread \""
              + Thread.currentThread().getName()
              + "\" called "
              + call
              + ".",
          "A trainer can be used by only one thread at a time. Wait until the call has"
              + " ended, or give each thread its own trainer on a shared engine:"
              + " Trainer.of(model, config, engine).");
    }
  }

  /** Checks that the trainer is not closed. */
  synchronized void requireOpen() {
    if (closed) {
      throw new EspalierException(
          ErrorCode.CLOSED,
          "The trainer is closed.",
          "Call model() or weights() before you close it, and create another trainer.");
    }
  }

  /** If another thread closed the trainer, the error of an interrupted call says so. */
  private synchronized EspalierException closedMeanwhile(EspalierException error) {
    Thread other = closer;
    if (other == null || other == Thread.currentThread()) {
      return error;
    }
    return new EspalierException(
        ErrorCode.CLOSED,
        "The thread \""
            + other.getName()
            + "\" closed the trainer while \""
            + Thread.currentThread().getName()
            + "\" was in "
            + userCall
            + ".",
        "Close it after the call has returned: end a training with TrainingControl.requestStop, or"
            + " interrupt its thread.",
        error);
  }

  /**
   * Ends all use.
   *
   * @return whether another thread is in a call, which will fail
   */
  synchronized boolean close() {
    if (!closed) {
      closed = true;
      closer = Thread.currentThread();
    }
    return user != null && user != Thread.currentThread();
  }
}
