package dev.espalier.cli.text;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows how many images are done, as a bar that is redrawn and erased at the end. Short runs do
 * without it. The time left is estimated without the first image, which waits for the model to be
 * compiled. Not thread-safe.
 */
public final class ImageProgress {
  private static final int WIDTH = 20;
  private static final long NANOS_BEFORE_FIRST = 1_000_000_000L;
  private static final long NANOS_BETWEEN = 100_000_000L;
  private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");

  private final PrintWriter terminal;
  private final int total;
  private final LongSupplier nanoClock;
  private long start;
  private long next;
  private int done;
  private int drawn;

  /**
   * Creates a bar.
   *
   * @param terminal passes on what is printed as it is
   * @param total number of images
   * @param nanoClock measures time
   */
  ImageProgress(PrintWriter terminal, int total, LongSupplier nanoClock) {
    this.terminal = terminal;
    this.total = total;
    this.nanoClock = nanoClock;
    this.next = NANOS_BEFORE_FIRST;
  }

  /** Returns a bar for a number of images on the standard error stream, which is a terminal. */
  public static ImageProgress on(PrintWriter terminal, int total) {
    return new ImageProgress(terminal, total, System::nanoTime);
  }

  /** Returns whether the standard error stream is a terminal that can redraw a line. */
  public static boolean isPossible(Map<String, String> environment) {
    if ("dumb".equals(environment.get("TERM"))) {
      return false;
    }
    try {
      String device = Files.readSymbolicLink(ERROR_STREAM).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return TerminalWidth.isTerminal(); // a system without /proc
    }
  }

  /** Ends an image. */
  public void step() {
    long now = nanoClock.getAsLong();
    done++;
    if (done == 1) {
      start = now;
    }
    long elapsed = now - start;
    if (elapsed < next) {
      return;
    }
    next = elapsed + NANOS_BETWEEN;
    int filled = (int) ((long) WIDTH * done / total);
    long seconds = Math.round((double) elapsed / (done - 1) * (total - done) / 1e9);
    String line =
        done
            + "/"
            + total
            + " "
            + "=".repeat(filled)
            + ".".repeat(WIDTH - filled)
            + " "
            + seconds
            + "s left";
    terminal.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    terminal.flush();
    drawn = line.length();
  }

  /** Erases the bar, so that other text can be printed. */
  public void erase() {
    if (drawn > 0) {
      terminal.print("\r" + " ".repeat(drawn) + "\r");
      terminal.flush();
      drawn = 0;
    }
  }
}
