package dev.espalier.core.internal.classifier;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A model on a device: one queue of requests and the sessions that answer them. Thread-safe. */
public final class InferencePool implements AutoCloseable {
  private final Engine engine;
  private final boolean ownsEngine;
  private final Device device;
  private final RequestQueue queue;
  private final List<InferenceSession> sessions = new ArrayList<>();

  private InferencePool(Engine engine, boolean ownsEngine, Device device, RequestQueue queue) {
    this.engine = engine;
    this.ownsEngine = ownsEngine;
    this.device = device;
    this.queue = queue;
  }

  /**
   * Opens sessions that answer the requests of a queue.
   *
   * @param ownsEngine whether to close the engine at the end; if this method fails, the caller
   *     closes it
   * @param sessions number of copies of the model that compute at the same time
   * @throws dev.espalier.error.EspalierException {@code UNSUPPORTED_CAPABILITY} if the engine
   *     cannot hold as many sessions; and the errors of the engine
   */
  public static InferencePool open(
      Engine engine,
      boolean ownsEngine,
      Device device,
      Model model,
      int sessions,
      RequestQueue queue,
      InferenceSession.BatchObserver observer) {
    if (sessions > 1) {
      engine.require(
          Set.of(Capability.CONCURRENT_SESSIONS), "a classifier with " + sessions + " sessions");
    }
    InferencePool pool = new InferencePool(engine, ownsEngine, device, queue);
    try {
      for (int i = 1; i <= sessions; i++) {
        pool.sessions.add(InferenceSession.start(engine, device, model, queue, observer, i));
      }
    } catch (RuntimeException e) {
      pool.closeSessions();
      throw e;
    }
    return pool;
  }

  /** Returns the engine that computes. */
  public Engine engine() {
    return engine;
  }

  /** Returns the device that computes. */
  public Device device() {
    return device;
  }

  /** Returns the number of requests that wait. */
  public int waiting() {
    return queue.size();
  }

  /** Adds a request; see {@link RequestQueue#add}. */
  public void add(InferenceRequest request) {
    queue.add(request);
  }

  /** From now on, computes requests at once; see {@link RequestQueue#stopGathering}. */
  public void stopGathering() {
    queue.stopGathering();
  }

  /** Answers what was accepted, then releases the device. Closing twice has no effect. */
  @Override
  public void close() {
    closeSessions();
    if (ownsEngine) {
      engine.close();
    }
  }

  private synchronized void closeSessions() {
    queue.close();
    sessions.forEach(InferenceSession::close);
    sessions.clear();
  }
}
