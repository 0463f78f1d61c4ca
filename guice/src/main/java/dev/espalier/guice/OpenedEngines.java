package dev.espalier.guice;

import dev.espalier.engine.Engine;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The engines that were opened for injection. An application closes it when it ends, after its
 * trainers; that closes them, the last one first. Thread-safe.
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

  /** Closes what was opened; a second call does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    Collections.reverse(engines);
    engines.forEach(Engine::close);
    engines.clear();
  }
}
