package dev.espalier.core.distributed;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the tasks of a process share: engines, and the replicas of the training that is going on,
 * which stay open between its tasks. All replicas of a training are equal after each step, so that
 * it does not matter which worker uses which. Thread-safe.
 */
public final class WorkerProcess implements AutoCloseable {
  private final Map<EngineSettings, Engine> engines = new HashMap<>();
  private final List<WorkerTraining> idle = new ArrayList<>();

  /** Creates an instance without anything open. */
  public WorkerProcess() {}

  /** Returns a replica that no other task uses until it is given back or closed. */
  WorkerTraining take(WorkerSetup setup, int cores) {
    synchronized (this) {
      for (WorkerTraining each : List.copyOf(idle)) {
        idle.remove(each);
        if (each.id().equals(setup.training())) {
          return each;
        }
        each.close(); // of a training that has ended, unless several take turns
      }
    }
    return WorkerTraining.open(setup, cores, this);
  }

  /** Gives a replica back. */
  synchronized void giveBack(WorkerTraining training) {
    idle.add(training);
  }

  /** Closes the replicas of a training. */
  synchronized void closeTraining(String id) {
    for (WorkerTraining each : List.copyOf(idle)) {
      if (each.id().equals(id)) {
        idle.remove(each);
        each.close();
      }
    }
  }

  /** Returns the engine for settings, opened if need be. */
  synchronized Engine engine(EngineSettings settings, Function<EngineSettings, Engine> opening) {
    return engines.computeIfAbsent(settings, opening);
  }

  /** Closes what no task uses, and the engines. It can be used further. */
  @Override
  public synchronized void close() {
    idle.forEach(WorkerTraining::close);
    idle.clear();
    engines.values().forEach(Engine::close);
    engines.clear();
  }
}
