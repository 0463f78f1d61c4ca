package dev.espalier.cli.run;

import java.io.PrintStream;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Handles Ctrl-C, SIGTERM and the closing of the terminal. The first signal ends the process,
 * unless the command {@linkplain #endingItself ends itself} on request; the second kills it
 * immediately and silently, without shutting down the JVM. Thread-safe.
 */
public final class Interruption {
  private final Runnable nextEndsAtOnce;
  private final IntConsumer exit;
  private final @Nullable PrintStream err;
  private @Nullable TerminationSignal received;
  private boolean commandEndsItself;

  /**
   * Creates an instance for a process.
   *
   * @param nextEndsAtOnce makes the next signal kill the process immediately
   * @param exit ends the process regularly with an exit code
   * @param err reports that the signal was received, null for no output
   */
  public Interruption(Runnable nextEndsAtOnce, IntConsumer exit, @Nullable PrintStream err) {
    this.nextEndsAtOnce = nextEndsAtOnce;
    this.exit = exit;
    this.err = err;
  }

  /** Returns an instance that handles the signals of this process. */
  public static Interruption ofProcess() {
    Interruption interruption =
        new Interruption(TerminationSignal::endProcessAtOnce, System::exit, System.err);
    TerminationSignal.handleAll(interruption::receive);
    return interruption;
  }

  /** Handles a signal. */
  void receive(TerminationSignal signal) {
    boolean waits;
    synchronized (this) {
      if (received != null) {
        return;
      }
      received = signal;
      waits = commandEndsItself;
    }
    nextEndsAtOnce.run();
    if (!waits) {
      exit.accept(signal.exitCode());
    } else if (err != null) {
      // On a new line, because the terminal shows ^C after the progress bar.
      err.println();
      err.println("Ending after the step at hand. A second interrupt ends at once.");
    }
  }

  /** Runs work that checks {@link #requested} and ends soon after a signal. */
  void endingItself(Runnable work) {
    setEndsItself(true);
    try {
      work.run();
    } finally {
      setEndsItself(false);
    }
  }

  private synchronized void setEndsItself(boolean value) {
    commandEndsItself = value;
  }

  /** Returns whether a signal was received. */
  synchronized boolean requested() {
    return received != null;
  }

  /** Returns the exit code of the process: that of the signal if one was received. */
  public synchronized int exitCode(int otherwise) {
    return received == null ? otherwise : received.exitCode();
  }
}
