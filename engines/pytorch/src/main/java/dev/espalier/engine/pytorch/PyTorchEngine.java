package dev.espalier.engine.pytorch;

import ai.djl.engine.Engine;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.djl.GpuPrecision;
import dev.espalier.engine.library.ProcessorPrecision;
import dev.espalier.engine.lowering.NativeEngine;
import dev.espalier.engine.lowering.NativeSession;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.graph.DataType;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A loaded PyTorch. Thread-safe. */
final class PyTorchEngine extends NativeEngine {
  private final Engine djl;
  private final int threads;
  private final SliceLimits limits;

  /**
   * Creates an engine.
   *
   * @param threads processor threads of an operator
   * @param limits say which batches are computed in slices
   */
  PyTorchEngine(Engine djl, int threads, SliceLimits limits) {
    super(PyTorchEngineProvider.NAME, djl.getVersion(), devices(djl));
    this.djl = djl;
    this.threads = threads;
    this.limits = limits;
  }

  private static List<Device> devices(Engine djl) {
    Stream<Device> cards = IntStream.range(0, djl.getGpuCount()).mapToObj(Device::gpu);
    return Stream.concat(cards, Stream.of(Device.cpu())).toList();
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
    return device.kind() == Device.Kind.GPU
        ? GpuPrecision.of(type, device.index())
        : ProcessorPrecision.of(type);
  }

  @Override
  protected NativeSession newSession(Device device) {
    ai.djl.Device place =
        device.kind() == Device.Kind.CPU ? ai.djl.Device.cpu() : ai.djl.Device.gpu(device.index());
    return new PyTorchSession(this, djl.newBaseManager(place), threads, limits);
  }
}
