package dev.espalier.core.internal.training;

import dev.espalier.callback.Callback;
import dev.espalier.callback.ProgressReporter;
import dev.espalier.core.internal.progress.ProgressCallback;
import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.training.Verbosity;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who shows the progress of a run: a callback of the user, or else a progress bar behind all
 * others.
 *
 * @param callbacks those given, with the one that shows progress
 * @param reporter that callback
 * @param display of the progress bar; a silent one if somebody else shows progress
 */
record Progress(List<Callback> callbacks, ProgressReporter reporter, ProgressDisplay display) {
  /** Copies the list. */
  Progress {
    callbacks = List.copyOf(callbacks);
  }

  /**
   * Returns the progress of a run.
   *
   * @param given callbacks of the user, then those that come before the progress bar
   * @param output null for the standard output
   */
  static Progress of(List<Callback> given, @Nullable PrintStream output, Verbosity verbosity) {
    for (Callback callback : given) {
      if (callback instanceof ProgressReporter reporter) {
        ProgressDisplay display =
            reporter instanceof ProgressCallback bar
                ? bar.display()
                : ProgressDisplay.of(null, Verbosity.SILENT);
        return new Progress(given, reporter, display);
      }
    }
    ProgressDisplay display = ProgressDisplay.of(output, verbosity);
    ProgressCallback bar = new ProgressCallback(display);
    List<Callback> all = new ArrayList<>(given);
    all.add(bar);
    return new Progress(all, bar, display);
  }

  /** Shows a message. */
  void message(String text) {
    CallbackList.call("message", reporter, any -> reporter.message(text));
  }
}
