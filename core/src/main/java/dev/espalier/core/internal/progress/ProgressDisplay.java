package dev.espalier.core.internal.progress;

import dev.espalier.training.Logs;
import dev.espalier.training.Verbosity;
import java.util.Locale;

/**
 * Shows how far an epoch, evaluation or prediction has come, in Keras' layout: a bar that is drawn
 * again and again, or one line at the end. Used by one thread.
 */
public final class ProgressDisplay {
  private static final int BAR_WIDTH = 20;
  private static final double SECONDS_BETWEEN_UPDATES = 0.05;
  private static final String BOLD = "\u001b[1m";
  private static final String GREEN = "\u001b[32m";
  private static final String GREY = "\u001b[37m";
  private static final String RESET = "\u001b[0m";

  private final Terminal terminal;
  private final Verbosity verbosity;
  private final StepTimer timer;
  private int target;
  private double lastUpdate;
  private int drawnWidth;

  /** Shows on a terminal. */
  public ProgressDisplay(Terminal terminal, Verbosity verbosity) {
    this.terminal = terminal;
    this.verbosity =
        verbosity != Verbosity.AUTO
            ? verbosity
            : terminal.interactive() ? Verbosity.BAR : Verbosity.LINE;
    this.timer = new StepTimer(terminal.nanoClock());
  }

  /** Shows a line of its own, such as {@code Epoch 1/20}. */
  public void heading(String text) {
    if (verbosity != Verbosity.SILENT) {
      terminal.out().println(text);
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
    terminal.out().println(text);
    terminal.out().flush();
  }

  /** Starts an epoch, evaluation or prediction of that many steps. */
  public void begin(int steps) {
    target = steps;
    lastUpdate = Double.NEGATIVE_INFINITY;
    drawnWidth = 0;
    timer.start();
  }

  /** Says that a step has ended, with the figures so far. */
  public void step(Logs logs) {
    timer.step();
    if (verbosity != Verbosity.BAR || timer.steps() >= target) {
      return; // the last step is drawn when all is known
    }
    double now = timer.elapsed();
    if (now - lastUpdate >= SECONDS_BETWEEN_UPDATES) {
      lastUpdate = now;
      double perStep = timer.perStep();
      draw(
          LogLine.remaining(perStep * (target - timer.steps())),
          LogLine.perStep(perStep) + LogLine.figures(logs),
          false);
    }
  }

  /** Ends an epoch, evaluation or prediction with its figures. */
  public void finish(Logs logs) {
    String elapsed = LogLine.seconds(timer.elapsed());
    String rest = LogLine.perStep(timer.perStep()) + LogLine.figures(logs);
    if (verbosity == Verbosity.BAR) {
      draw(elapsed, rest, true);
    } else if (verbosity == Verbosity.LINE) {
      terminal.out().println(timer.steps() + "/" + target + " - " + elapsed + " - " + rest);
      terminal.out().flush();
    }
  }

  private void draw(String time, String rest, boolean last) {
    int digits = Integer.toString(target).length();
    String count = String.format(Locale.ROOT, "%" + digits + "d/%d", timer.steps(), target);
    int done = target == 0 ? 0 : (int) ((long) BAR_WIDTH * timer.steps() / target);
    String line =
        paint(BOLD, count)
            + " "
            + paint(GREEN, (terminal.unicode() ? "\u2501" : "=").repeat(done))
            + paint(GREY, (terminal.unicode() ? "\u2501" : ".").repeat(BAR_WIDTH - done))
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

  private String paint(String colour, String text) {
    return terminal.colours() && !text.isEmpty() ? colour + text + RESET : text;
  }
}
