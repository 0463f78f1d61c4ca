package dev.espalier.engine.mxnet;

import ai.djl.engine.Engine;
import ai.djl.mxnet.engine.MxNDManager;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.lowering.NativeEngine;
import dev.espalier.engine.lowering.NativeSession;
import dev.espalier.graph.DataType;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A loaded MXNet. Thread-safe. */
final class MxNetEngine extends NativeEngine {
  private final Engine djl;
  private final Functions functions;

  MxNetEngine(Engine djl, Functions functions) {
    super(MxNetEngineProvider.NAME, NativeLoader.VERSION, devices(djl));
    this.djl = djl;
    this.functions = functions;
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
    return type == DataType.FLOAT32
        ? super.precision(type, device)
        : PrecisionSupport.unsupported(
            "MXNet has no convolutions of 16 bits for processors, and is not developed further.");
  }

  @Override
  protected NativeSession newSession(Device device) {
    ai.djl.Device place =
        device.kind() == Device.Kind.CPU ? ai.djl.Device.cpu() : ai.djl.Device.gpu(device.index());
    return new MxNetSession(this, (MxNDManager) djl.newBaseManager(place), functions);
  }
}
