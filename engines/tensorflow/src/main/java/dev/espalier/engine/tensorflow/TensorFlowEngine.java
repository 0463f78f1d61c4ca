package dev.espalier.engine.tensorflow;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.djl.GpuPrecision;
import dev.espalier.engine.library.ProcessorPrecision;
import dev.espalier.engine.lowering.NativeEngine;
import dev.espalier.engine.lowering.NativeSession;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.engine.tensorflow.internal.SessionThreads;
import dev.espalier.graph.DataType;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.ConfigProto;

/** A loaded TensorFlow. Thread-safe. */
final class TensorFlowEngine extends NativeEngine {
  private final ConfigProto processorConfig;
  private final ConfigProto anyDeviceConfig;
  private final TensorFlowSession.@Nullable Slicing slicing;

  /**
   * Creates an engine.
   *
   * @param config configuration of its sessions
   * @param threads opens sessions with threads of their own, if it can
   * @param limits say which batches are computed in slices
   */
  TensorFlowEngine(SessionConfig config, SessionThreads threads, SliceLimits limits) {
    super(TensorFlowEngineProvider.NAME, TensorFlow.version(), Devices.list(config.onAnyDevice()));
    this.processorConfig = config.onProcessor();
    this.anyDeviceConfig = config.onAnyDevice();
    ConfigProto sliceConfig = config.onThreadOfCaller();
    this.slicing =
        threads.available()
            ? new TensorFlowSession.Slicing(
                config.count(),
                limits,
                () -> threads.own(() -> new SessionGraph(sliceConfig, "", true)))
            : null;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.TRAINING,
        Capability.CONCURRENT_SESSIONS,
        Capability.DETERMINISTIC,
        Capability.PROFILING);
  }

  @Override
  public PrecisionSupport precision(DataType type, Device device) {
    if (device.kind() == Device.Kind.GPU) {
      return GpuPrecision.of(type, device.index());
    }
    return type.isHalf() && ProcessorPrecision.isTakenAway(type)
        ? PrecisionSupport.unsupported(
            "ONEDNN_MAX_CPU_ISA keeps oneDNN from instructions of this processor without which"
                + " TensorFlow cannot compute in "
                + type.lowerCaseName()
                + ".")
        : ProcessorPrecision.of(type);
  }

  @Override
  protected NativeSession newSession(Device device) {
    boolean onProcessor = device.kind() == Device.Kind.CPU;
    String placement = onProcessor ? "" : "/device:GPU:" + device.index();
    ConfigProto config = onProcessor ? processorConfig : anyDeviceConfig;
    return new TensorFlowSession(
        this, () -> new SessionGraph(config, placement, onProcessor), onProcessor ? slicing : null);
  }
}
