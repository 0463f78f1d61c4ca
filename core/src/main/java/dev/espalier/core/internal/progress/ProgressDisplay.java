package dev.espalier.core.internal.progress;

import dev.espalier.callback.Logs;
import dev.espalier.error.PrintableText;
import dev.espalier.training.Verbosity;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of an epoch, evaluation or prediction in Keras' layout: a bar that is redrawn,
 * or one line at the end. Not thread-safe.
 */
public final class ProgressDisplay {
  private static final int BAR_WIDTH = 20;
  private static final double SECONDS_BETWEEN_UPDATES = 0.05;

  /** Smallest fraction of time spent waiting for data that is shown. */
  private static final double WAITING_SHOWN = 0.02;

  /** Smallest waiting time that is shown; in a very short epoch, the start dominates. */
  private static final double SECONDS_WAITING_SHOWN = 0.1;

  private static final String BOLD = "\u001b[1m";
  private static final String GREEN = "\u001b[32m";
  private static final String GREY = "\u001b[37m";
  private static final String RESET = "\u001b[0m";

  private final Terminal terminal;
  private final Verbosity verbosity;
  private final StepTimer timer;
  private int target;
  private int doneBefore;
  private double lastUpdate;
  private int drawnWidth;
  private long waited;

  /**
   * Returns a display on the configured output.
   *
   * @param output null for the standard output
   */
  public static ProgressDisplay of(@Nullable PrintStream output, Verbosity verbosity) {
    return new ProgressDisplay(
        output == null ? Terminal.standard(false) : Terminal.of(output), verbosity);
  }

  /** Returns a display on the standard output for a user who asked for one. */
  public static ProgressDisplay onStandardOutput(Verbosity verbosity) {
    return new ProgressDisplay(Terminal.standard(true), verbosity);
  }

  /** Creates a display on a terminal. */
  public ProgressDisplay(Terminal terminal, Verbosity verbosity) {
    this.terminal = terminal;
    this.verbosity = verbosity == Verbosity.AUTO ? automatic(terminal) : verbosity;
    this.timer = new StepTimer(terminal.nanoClock());
  }

  /** A library is silent unless the user named an output or sits at a terminal. */
  private static Verbosity automatic(Terminal terminal) {
    if (terminal.interactive()) {
      return Verbosity.BAR;
    }
    return terminal.named() ? Verbosity.LINE : Verbosity.SILENT;
  }

  /** Shows a heading, such as {@code Epoch 1/20}. */
  public void heading(String text) {
    if (verbosity != Verbosity.SILENT) {
      terminal.out().println(PrintableText.of(text));
      terminal.out().flush();
    }
  }

  /** Shows a line above the bar. */
  public void message(String text) {
    if (verbosity == Verbosity.SILENT) {
      return;
    }
    if (drawnWidth > 0) {
      terminal.out().print("\r" + " ".repeat(drawnWidth) + "\r");
      drawnWidth = 0;
    }
    terminal.out().println(PrintableText.of(text));
    terminal.out().flush();
  }

  /** Starts an epoch, evaluation or prediction with a number of steps. */
  public void begin(int steps) {
    target = steps;
    doneBefore = 0;
    lastUpdate = Double.NEGATIVE_INFINITY;
    drawnWidth = 0;
    waited = 0;
    timer.start();
  }

  /** Marks the first steps as done by an interrupted run. */
  public void doneBefore(int steps) {
    doneBefore = steps;
  }

  /** Adds time, in nanoseconds, that a step waited for its data. */
  public void waitedForData(long nanos) {
    waited += nanos;
  }

  /** Ends a step, with the metrics so far. */
  public void step(Logs logs) {
    timer.step();
    if (verbosity != Verbosity.BAR || done() >= target) {
      return; // the last step is drawn with the final values
    }
    double now = timer.elapsed();
    if (now - lastUpdate >= SECONDS_BETWEEN_UPDATES) {
      lastUpdate = now;
      double perStep = timer.perStep();
      draw(
          LogLine.remaining(perStep * (target - done())),
          LogLine.perStep(perStep) + LogLine.values(logs) + waiting(now),
          false);
    }
  }

  /** Ends an epoch, evaluation or prediction with its metrics. */
  public void finish(Logs logs) {
    double seconds = timer.elapsed();
    String elapsed = LogLine.seconds(seconds);
    String rest = LogLine.perStep(timer.perStep()) + LogLine.values(logs) + waiting(seconds);
    if (verbosity == Verbosity.BAR) {
      draw(elapsed, rest, true);
    } else if (verbosity == Verbosity.LINE) {
      terminal.out().println(done() + "/" + target + " - " + elapsed + " - " + rest);
      terminal.out().flush();
    }
  }

  private int done() {
    return doneBefore + timer.steps();
  }

  /** Returns the fraction of the time spent waiting for data, empty if it is small. */
  private String waiting(double elapsed) {
    double seconds = waited * 1e-9;
    return seconds > SECONDS_WAITING_SHOWN && seconds > WAITING_SHOWN * elapsed
        ? String.format(Locale.ROOT, " - waiting for data: %.0f %%", 100 * seconds / elapsed)
        : "";
  }

  private void draw(String time, String rest, boolean last) {
    int digits = Integer.toString(target).length();
    String count = String.format(Locale.ROOT, "%" + digits + "d/%d", done(), target);
    int filled = target == 0 ? 0 : (int) ((long) BAR_WIDTH * done() / target);
    String line =
        paint(BOLD, count)
            + " "
            + paint(GREEN, (terminal.unicode() ? "\u2501" : "=").repeat(filled))
            + paint(GREY, (terminal.unicode() ? "\u2501" : ".").repeat(BAR_WIDTH - filled))
            + " "
            + paint(BOLD, time)
            + " "
            + rest;
    int width = count.length() + BAR_WIDTH + time.length() + rest.length() + 3;
    String cover = " ".repeat(Math.max(0, drawnWidth - width));
    terminal.out().print("\r" + line + cover);
    if (last) {
      terminal.out().println();
    }
    terminal.out().flush();
    drawnWidth = last ? 0 : width;
  }

  private String paint(String color, String text) {
    return terminal.colors() && !text.isEmpty() ? color + text + RESET : text;
  }
}
