package dev.espalier.core.internal.replica;

import dev.espalier.core.internal.passes.ReplicatedProgram;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several sessions that hold the same variables, each on a device of its own, and run programs
 * together as one session: each computes some of the samples of a batch. All but the first replica
 * run on threads of this session.
 */
public final class ReplicatedSession implements Session {
  private final List<Device> devices;
  private final List<Session> replicas;
  private final ExecutorService threads;
  private final NormalizationWarning normalization;

  /** Held during each call, for which {@link #close} waits. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile boolean closed;
  private @Nullable EspalierException broken;

  private ReplicatedSession(List<Device> devices, List<Session> replicas) {
    this.devices = List.copyOf(devices);
    this.replicas = List.copyOf(replicas);
    this.normalization = new NormalizationWarning(replicas.size(), "devices");
    AtomicInteger number = new AtomicInteger(1);
    this.threads =
        Executors.newFixedThreadPool(
            replicas.size() - 1,
            task -> {
              Thread thread = new Thread(task, "espalier-replica-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens a session on one device, or sessions on several that work together.
   *
   * @param each is given the session of each device and returns what to use instead
   * @throws EspalierException errors of the engine; {@link ErrorCode#UNSUPPORTED_CAPABILITY} if
   *     there are several devices and it cannot hold more than one session
   */
  public static Session open(Engine engine, List<Device> devices, UnaryOperator<Session> each) {
    if (devices.size() == 1) {
      return each.apply(engine.openSession(devices.get(0)));
    }
    engine.require(Set.of(Capability.CONCURRENT_SESSIONS), "training on several devices");
    List<Session> opened = new ArrayList<>();
    try {
      devices.forEach(device -> opened.add(each.apply(engine.openSession(device))));
      return new ReplicatedSession(devices, opened);
    } catch (RuntimeException | Error e) {
      opened.forEach(Session::close);
      throw e;
    }
  }

  /** Returns the number of replicas. */
  int size() {
    return replicas.size();
  }

  /** Returns the session of a replica. */
  Session replica(int index) {
    return replicas.get(index);
  }

  @Override
  public void write(Map<Variable, HostArray> values) {
    use(
        () -> {
          replicas.forEach(replica -> replica.write(values));
          return values;
        });
  }

  @Override
  public HostArray read(Variable variable) {
    return use(() -> replicas.get(0).read(variable));
  }

  @Override
  public Executable compile(Program program) {
    return use(
        () -> {
          ReplicatedProgram phases = ReplicatedProgram.of(program);
          normalization.warn(phases.batchNormalizations());
          return new ReplicatedExecutable(this, program, phases);
        });
  }

  /** Runs a call, during which no other can run and the session is not closed. */
  <T> T use(Supplier<T> call) {
    requireOpen(); // a thread that keeps running steps must not take the lock before close() does
    lock.lock();
    try {
      requireOpen();
      if (broken != null) {
        throw broken;
      }
      return call.get();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new EspalierException(
          ErrorCode.CLOSED,
          "The session on " + names() + " is closed.",
          "Open a new one, or close it later.");
    }
  }

  private String names() {
    return devices.stream().map(Device::toString).collect(Collectors.joining(", "));
  }

  /** Does something for each replica at the same time and returns when it is done for all. */
  <T> List<T> forEach(IntFunction<T> task) {
    List<Future<T>> others = new ArrayList<>();
    for (int i = 1; i < replicas.size(); i++) {
      int index = i;
      others.add(threads.submit(() -> task.apply(index)));
    }
    List<T> results = new ArrayList<>(List.of(task.apply(0)));
    others.forEach(other -> results.add(finished(other)));
    return results;
  }

  private static <T> T finished(Future<T> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("tasks of replicas return their failures", e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns the failure of a replica, which says where it happened. */
  RuntimeException located(int replica, Throwable failure) {
    if (failure instanceof EspalierException e && e.code() != ErrorCode.CLOSED) {
      return new EspalierException(
          e.code(),
          "Replica "
              + (replica + 1)
              + " of "
              + replicas.size()
              + ", on "
              + devices.get(replica)
              + ": "
              + e.problem(),
          e.remedy(),
          e);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /**
   * Makes replicas equal again after a step that some have finished and one has not: they get back
   * the values from before it.
   */
  void undo(List<Integer> finished, int failed, List<Variable> changed, Throwable failure) {
    if (finished.isEmpty()) {
      return;
    }
    try {
      for (Variable variable : changed) {
        HostArray before = replicas.get(failed).read(variable);
        finished.forEach(index -> replicas.get(index).write(Map.of(variable, before)));
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      broken =
          new EspalierException(
              ErrorCode.ENGINE_FAILED,
              "The replicas on "
                  + names()
                  + " have different weights since a step failed on "
                  + devices.get(failed)
                  + ".",
              "Create a new trainer, and resume from a checkpoint.",
              failure);
    }
  }

  /** Waits for the call at hand, if any. */
  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      threads.shutdown();
      replicas.forEach(Session::close);
    } finally {
      lock.unlock();
    }
  }
}
