package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * Stops training after the first batch whose loss is NaN or infinite: Keras' TerminateOnNaN. The
 * weights are unusable from there on, so further steps would only waste time. Immutable and
 * thread-safe.
 *
 * <pre>{@code
 * TerminateOnNaN.create()
 * }</pre>
 */
public final class TerminateOnNaN implements Callback {
  /** Keras' name, also in messages, so that users find its documentation. */
  private static final String NAME = "TerminateOnNaN";

  private final boolean raiseError;

  private TerminateOnNaN(boolean raiseError) {
    this.raiseError = raiseError;
  }

  /** Returns the callback with Keras' default: training ends regularly. */
  public static TerminateOnNaN create() {
    return new TerminateOnNaN(false);
  }

  /**
   * Returns this callback, which throws instead if {@code value} is true: {@code fit} fails with
   * {@code CALLBACK_FAILED}, the hooks for the end of epoch and training are not called, and state
   * that other callbacks saved for resuming is kept.
   */
  public TerminateOnNaN raiseError(boolean value) {
    return new TerminateOnNaN(value);
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    Double loss = event.logs().get("loss");
    if (loss == null || Double.isFinite(loss)) {
      return;
    }
    if (raiseError) {
      throw new EspalierException(
          ErrorCode.CALLBACK_FAILED,
          "The loss is " + loss + " at batch " + event.batch() + " (" + NAME + ").",
          "Lower the learning rate, clip gradients or check the data; the weights are"
              + " unusable.");
    }
    event.control().message("Batch " + event.batch() + ": Invalid loss, terminating training");
    event.control().requestStop("the loss is " + loss + " (" + NAME + ")");
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return NAME + "[raiseError=" + raiseError + "]";
  }
}
