package dev.espalier.cli.run;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that ask a process to end. Java SE has no access to signals, the JDKs have the module
 * {@code jdk.unsupported}; it is reached by reflection, because the compiler warns of it and cannot
 * be told not to. Where it is missing, the JVM ends at a signal as it always does.
 */
enum TerminationSignal {
  /** Ctrl-C. */
  INT(2),
  /** What {@code kill} sends, and a system that shuts down. */
  TERM(15),
  /** The terminal was closed. */
  HUP(1);

  private static final Logger log = LoggerFactory.getLogger(TerminationSignal.class);

  private final int number;

  TerminationSignal(int number) {
    this.number = number;
  }

  /** Returns the exit code of a process that this signal ended, as shells count. */
  int exitCode() {
    return 128 + number;
  }

  /** Has each of these signals call a handler, on a thread of its own. */
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
   * Has each of these signals end the process at once, without the JVM and the destructors of
   * native libraries.
   */
  static void endProcessAtOnce() {
    for (TerminationSignal signal : values()) {
      signal.handle(null);
    }
  }

  /**
   * Sets what the signal does.
   *
   * @param handler null for what the operating system does by itself
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
      // Windows has no HUP, and with -Xrs the JVM leaves signals alone.
      log.debug("The signal {} cannot be handled", this, e);
    }
  }
}
