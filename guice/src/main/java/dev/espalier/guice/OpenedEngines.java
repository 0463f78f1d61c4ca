package dev.espalier.guice;

import dev.espalier.engine.Engine;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The engines opened for injection. Close it when the application ends, after all trainers; this
 * closes the engines in reverse order. Thread-safe.
 */
@Singleton
public final class OpenedEngines implements AutoCloseable {
  private final List<Engine> engines = new ArrayList<>();
  private boolean closed;

  @Inject
  OpenedEngines() {}

  synchronized Engine add(Engine engine) {
    if (closed) {
      engine.close();
      throw new IllegalStateException("the application's engines are closed already");
    }
    engines.add(engine);
    return engine;
  }

  /** Closes the engines; a second call has no effect. */
  @Override
  public synchronized void close() {
    closed = true;
    Collections.reverse(engines);
    engines.forEach(Engine::close);
    engines.clear();
  }
}
