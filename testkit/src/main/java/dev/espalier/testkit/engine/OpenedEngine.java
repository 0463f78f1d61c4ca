package dev.espalier.testkit.engine;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import java.util.Map;

/**
 * Main class of the processes that {@link LibraryCacheContract} starts: opens engines and trains,
 * or runs what they can.
 */
final class OpenedEngine {
  private OpenedEngine() {}

  /** Takes the class names of providers and opens all of them at once. */
  public static void main(String[] arguments) throws Exception {
    Thread[] threads = new Thread[arguments.length];
    for (int i = 0; i < threads.length; i++) {
      EngineProvider provider =
          Class.forName(arguments[i])
              .asSubclass(EngineProvider.class)
              .getDeclaredConstructor()
              .newInstance();
      threads[i] = new Thread(() -> use(provider));
      threads[i].setUncaughtExceptionHandler(
          (thread, failure) -> {
            thread.getThreadGroup().uncaughtException(thread, failure); // prints it
            Runtime.getRuntime().halt(1);
          });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void use(EngineProvider provider) {
    try (Engine engine = provider.open(EngineOptions.defaults());
        Session session = engine.openSession(Device.cpu())) {
      if (engine.capabilities().contains(Capability.TRAINING)) {
        SmallTraining.train(session, 2);
      } else {
        increment(session);
      }
    }
  }

  private static void increment(Session session) {
    Variable variable = EngineFixture.weight("w", 2);
    try (Executable step = session.compile(EngineFixture.increment("step", variable))) {
      session.write(Map.of(variable, HostArray.filled(variable.type(), 1)));
      step.run(Map.of());
    }
  }
}
