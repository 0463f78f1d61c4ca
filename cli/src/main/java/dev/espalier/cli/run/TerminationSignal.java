package dev.espalier.cli.run;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that ask a process to exit. Java SE cannot handle signals, but JDKs have the module
 * {@code jdk.unsupported}; it is used by reflection, because the compiler's warning about it cannot
 * be suppressed. Without it, the JVM reacts to signals as usual.
 */
enum TerminationSignal {
  /** Ctrl-C. */
  INT(2),
  /** The default signal of {@code kill}, also sent when the system shuts down. */
  TERM(15),
  /** The terminal was closed. */
  HUP(1);

  private static final Logger log = LoggerFactory.getLogger(TerminationSignal.class);

  private final int number;

  TerminationSignal(int number) {
    this.number = number;
  }

  /** Returns the exit code of a process ended by this signal, as shells report it. */
  int exitCode() {
    return 128 + number;
  }

  /** Makes each of these signals call a handler, on a thread of its own. */
  static void handleAll(Consumer<TerminationSignal> handler) {
    for (TerminationSignal signal : values()) {
      signal.handle(
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              handler.accept(signal);
            }
            return null;
          });
    }
  }

  /**
   * Makes each of these signals kill the process immediately, without shutting down the JVM or
   * running destructors of native libraries.
   */
  static void endProcessAtOnce() {
    for (TerminationSignal signal : values()) {
      signal.handle(null);
    }
  }

  /**
   * Sets the action for the signal.
   *
   * @param handler null for the default action of the operating system
   */
  private void handle(@org.jspecify.annotations.Nullable InvocationHandler handler) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object signal = signals.getConstructor(String.class).newInstance(name());
      Object handling =
          handler == null
              ? handlers.getField("SIG_DFL").get(null)
              : Proxy.newProxyInstance(
                  TerminationSignal.class.getClassLoader(), new Class<?>[] {handlers}, handler);
      signals.getMethod("handle", signals, handlers).invoke(null, signal, handling);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Windows has no HUP, and with -Xrs the JVM does not handle signals.
      log.debug("The signal {} cannot be handled", this, e);
    }
  }
}
