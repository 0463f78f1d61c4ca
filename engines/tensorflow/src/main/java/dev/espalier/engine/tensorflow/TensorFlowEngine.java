package dev.espalier.engine.tensorflow;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.ConfigProto;

/** TensorFlow, loaded. Thread-safe. */
final class TensorFlowEngine implements Engine {
  private final ConfigProto processorConfig;
  private final ConfigProto anyDeviceConfig;
  private final List<Device> devices;
  private final Set<TensorFlowSession> sessions = new HashSet<>();
  private boolean closed;

  /**
   * Creates an engine.
   *
   * @param config how TensorFlow's sessions are set up
   */
  TensorFlowEngine(SessionConfig config) {
    this.processorConfig = config.onProcessor();
    this.anyDeviceConfig = config.onAnyDevice();
    this.devices = Devices.list(anyDeviceConfig);
  }

  @Override
  public String name() {
    return TensorFlowEngineProvider.NAME;
  }

  @Override
  public String version() {
    return TensorFlow.version();
  }

  @Override
  public List<Device> devices() {
    return devices;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.TRAINING, Capability.CONCURRENT_SESSIONS, Capability.DETERMINISTIC);
  }

  @Override
  public synchronized Session openSession(Device device) {
    if (closed) {
      throw new EspalierException(
          ErrorCode.CLOSED, "The engine tensorflow is closed.", "Open it again.");
    }
    if (!devices.contains(device)) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_DEVICE,
          "The engine tensorflow has no device " + device + ".",
          "Its devices are: "
              + devices.stream().map(Device::toString).collect(Collectors.joining(", "))
              + ".");
    }
    boolean onProcessor = device.kind() == Device.Kind.CPU;
    String placement = onProcessor ? "" : "/device:GPU:" + device.index();
    ConfigProto config = onProcessor ? processorConfig : anyDeviceConfig;
    TensorFlowSession session =
        new TensorFlowSession(this, () -> new SessionGraph(config, placement, onProcessor));
    sessions.add(session);
    return session;
  }

  synchronized void release(TensorFlowSession session) {
    sessions.remove(session);
  }

  @Override
  public void close() {
    List<TensorFlowSession> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(sessions);
    }
    // Outside the lock: closing a session calls release.
    open.forEach(TensorFlowSession::close);
  }
}
