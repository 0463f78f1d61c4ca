package dev.espalier.cli.run;

import java.io.PrintStream;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What Ctrl-C, SIGTERM and the end of the terminal do. The first signal ends the process, unless
 * the command {@linkplain #endingItself ends itself} when it is told to; the second ends it at
 * once, without a word and without the JVM. Thread-safe.
 */
public final class Interruption {
  private final Runnable nextEndsAtOnce;
  private final IntConsumer exit;
  private final @Nullable PrintStream err;
  private @Nullable TerminationSignal received;
  private boolean commandEndsItself;

  /**
   * Creates one for a process.
   *
   * @param nextEndsAtOnce has the next signal end the process at once
   * @param exit ends the process in good order with an exit code
   * @param err says that the signal was heard, null for nowhere
   */
  public Interruption(Runnable nextEndsAtOnce, IntConsumer exit, @Nullable PrintStream err) {
    this.nextEndsAtOnce = nextEndsAtOnce;
    this.exit = exit;
    this.err = err;
  }

  /** Returns one that hears the signals of this process. */
  public static Interruption ofProcess() {
    Interruption interruption =
        new Interruption(TerminationSignal::endProcessAtOnce, System::exit, System.err);
    TerminationSignal.handleAll(interruption::receive);
    return interruption;
  }

  /** Hears a signal. */
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
      // On a line of its own: the terminal shows ^C behind the bar.
      err.println();
      err.println("Ending after the step at hand. A second interrupt ends at once.");
    }
  }

  /** Does work that looks at {@link #requested} and ends soon when it is. */
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
