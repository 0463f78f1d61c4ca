package dev.espalier.core;

import dev.espalier.callback.ProgressReporter;
import dev.espalier.core.internal.progress.ProgressCallback;
import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.training.Verbosity;
import java.io.PrintStream;

/**
 * The progress bar in Keras' layout, as a callback: for another place in the list of callbacks than
 * the last, or another output than that of the options.
 *
 * <pre>{@code
 * fit -> fit.callbacks(ProgressBar.to(System.err, Verbosity.LINE), ReduceLROnPlateau.on("val_loss"))
 * }</pre>
 *
 * <p>In the first place, as in early versions of TensorFlow, the line of an epoch comes before the
 * messages of other callbacks and lacks what they add to the logs.
 */
public final class ProgressBar {
  private ProgressBar() {}

  /**
   * Returns a callback that shows progress on the standard output.
   *
   * @param verbosity how much is shown; with {@link Verbosity#AUTO} a bar on a terminal, otherwise
   *     a line for each epoch
   */
  public static ProgressReporter of(Verbosity verbosity) {
    return new ProgressCallback(ProgressDisplay.onStandardOutput(verbosity));
  }

  /** Returns a callback that shows progress on a stream; see {@link #of}. */
  public static ProgressReporter to(PrintStream output, Verbosity verbosity) {
    return new ProgressCallback(ProgressDisplay.of(output, verbosity));
  }
}
