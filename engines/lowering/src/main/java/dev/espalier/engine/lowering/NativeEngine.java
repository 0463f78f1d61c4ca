package dev.espalier.engine.lowering;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Session;
import dev.espalier.engine.library.ProcessExit;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An engine whose native library is loaded; keeps track of its sessions. Thread-safe. Closing the
 * engine closes its sessions but does not unload the library, which stays loaded until the process
 * ends. It is safe to shut down the JVM while a session computes a step: where the library's
 * destructors can be skipped, the process ends without running them; elsewhere the shutdown closes
 * the engine and thus waits for the step.
 */
public abstract class NativeEngine implements Engine {
  private final String name;
  private final String version;
  private final List<Device> devices;
  private final Set<NativeSession> sessions = new HashSet<>();
  private final Thread shutdownHook;
  private boolean closed;

  /**
   * Creates an engine.
   *
   * @param name of its provider
   * @param version of the library
   * @param devices the preferred one first
   */
  protected NativeEngine(String name, String version, List<Device> devices) {
    this.name = name;
    this.version = version;
    this.devices = List.copyOf(devices);
    this.shutdownHook =
        new Thread(() -> jvmEnds(ProcessExit.skipDestructors()), "espalier-shutdown-" + name);
    ProcessExit.addHook(shutdownHook);
  }

  /**
   * Prepares for the shutdown of the JVM.
   *
   * @param destructorsSkipped whether the library's objects stay valid until the process ends
   */
  final void jvmEnds(boolean destructorsSkipped) {
    if (!destructorsSkipped) {
      close();
    }
  }

  /** Returns a new session on one of the devices. */
  protected abstract NativeSession newSession(Device device);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String version() {
    return version;
  }

  @Override
  public final List<Device> devices() {
    return devices;
  }

  @Override
  public final synchronized Session openSession(Device device) {
    if (closed) {
      throw new EspalierException(
          ErrorCode.CLOSED, "The engine " + name + " is closed.", "Open it again.");
    }
    if (!devices.contains(device)) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_DEVICE,
          "The engine " + name + " has no device " + device + ".",
          "Its devices are: "
              + devices.stream().map(Device::toString).collect(Collectors.joining(", "))
              + ".");
    }
    if (!sessions.isEmpty()) {
      require(Set.of(Capability.CONCURRENT_SESSIONS), "a second session");
    }
    NativeSession session = newSession(device);
    session.setDevice(device);
    sessions.add(session);
    return session;
  }

  final synchronized void release(NativeSession session) {
    sessions.remove(session);
  }

  @Override
  public final void close() {
    List<NativeSession> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(sessions);
    }
    // Outside the lock: closing a session waits for its step and calls release.
    open.forEach(NativeSession::close);
    ProcessExit.removeHook(shutdownHook);
  }
}
