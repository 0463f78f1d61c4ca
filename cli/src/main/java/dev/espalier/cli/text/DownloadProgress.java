package dev.espalier.cli.text;

import java.io.PrintWriter;

/** Prints the progress of a download, ten times. Not thread-safe. */
public final class DownloadProgress {
  private final PrintWriter err;
  private long printed;

  public DownloadProgress(PrintWriter err) {
    this.err = err;
  }

  /** Prints the next tenth, if it is complete. */
  public void at(long bytes, long total) {
    long tenths = total <= 0 ? 0 : 10 * bytes / total;
    if (tenths > printed) {
      printed = tenths;
      err.println("  " + 10 * tenths + " %");
      err.flush();
    }
  }
}
