package dev.espalier.engine.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.lowering.NativeEngine;
import dev.espalier.engine.lowering.NativeSession;
import dev.espalier.engine.slices.SliceLimits;
import java.util.List;
import java.util.Set;

/** A loaded ONNX Runtime. Thread-safe. */
final class OnnxRuntimeEngine extends NativeEngine {
  private final OrtEnvironment environment;
  private final int threads;
  private final boolean spinning;
  private final SliceLimits limits;

  /**
   * Creates an engine.
   *
   * @param threads threads per operation, 0 for all processors
   * @param spinning whether threads wait in a loop for more than the time between two operators
   * @param limits say which batches are computed in slices
   */
  OnnxRuntimeEngine(OrtEnvironment environment, int threads, boolean spinning, SliceLimits limits) {
    super(OnnxRuntimeEngineProvider.NAME, environment.getVersion(), List.of(Device.cpu()));
    this.environment = environment;
    this.threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    this.spinning = spinning;
    this.limits = limits;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.CONCURRENT_SESSIONS, Capability.DETERMINISTIC);
  }

  @Override
  protected NativeSession newSession(Device device) {
    return new OnnxRuntimeSession(this, environment, threads, spinning, limits);
  }
}
