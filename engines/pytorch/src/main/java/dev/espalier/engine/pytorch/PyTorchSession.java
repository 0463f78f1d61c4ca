package dev.espalier.engine.pytorch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.engine.djl.ArrayTransfer;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.engine.lowering.NativeSession;
import dev.espalier.engine.slices.ProgramPart;
import dev.espalier.engine.slices.SliceLimits;
import dev.espalier.engine.slices.SliceThreads;
import dev.espalier.engine.slices.SlicedExecution;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Keeps variables as PyTorch tensors, which are never modified: a new value is a new tensor. Not
 * thread-safe.
 */
final class PyTorchSession extends NativeSession {
  private final PtNDManager manager;
  private final SliceThreads threads;
  private final SliceLimits limits;
  private final Map<String, PtNDArray> values = new HashMap<>();

  /**
   * Opens a session.
   *
   * @param manager allocates arrays on the session's device; closed with the session
   * @param threads processor threads of an operator
   * @param limits say which batches are computed in slices
   */
  PyTorchSession(PyTorchEngine engine, NDManager manager, int threads, SliceLimits limits) {
    super(engine);
    this.manager = (PtNDManager) manager;
    this.threads = new SliceThreads(PyTorchEngineProvider.NAME, threads);
    this.limits = limits;
  }

  PtNDManager manager() {
    return manager;
  }

  boolean onProcessor() {
    return !manager.getDevice().isGpu();
  }

  /** Returns the tensors of variables that have values. */
  PtNDArray[] tensors(List<Variable> variables) {
    return variables.stream()
        .map(variable -> Objects.requireNonNull(values.get(variable.name())))
        .toArray(PtNDArray[]::new);
  }

  /** Replaces the values of variables; takes ownership of the tensors. */
  void replace(Map<Variable, PtNDArray> tensors) {
    tensors.forEach(
        (variable, tensor) -> {
          PtNDArray old = values.put(variable.name(), tensor);
          if (old != null) {
            old.close();
          }
        });
  }

  @Override
  protected void store(Map<Variable, HostArray> arrays) {
    Map<Variable, PtNDArray> tensors = new LinkedHashMap<>();
    try {
      arrays.forEach((variable, array) -> tensors.put(variable, toVariable(array)));
    } catch (RuntimeException | OutOfMemoryError e) {
      tensors.values().forEach(PtNDArray::close);
      throw Failures.run("write", Map.of(), e);
    }
    replace(tensors);
  }

  /** Returns a variable's tensor in its storage layout. */
  private PtNDArray toVariable(HostArray array) {
    if (array.shape().rank() != KernelLayout.RANK || array.dataType() != DataType.FLOAT32) {
      return toTensor(array);
    }
    int[] seen = KernelLayout.SEEN.stream().mapToInt(Integer::intValue).toArray();
    try (PtNDArray stored = toTensor(KernelLayout.toStored(array))) {
      return stored.transpose(seen);
    }
  }

  /** Returns a tensor on the session's device, in memory from PyTorch's allocator. */
  PtNDArray toTensor(HostArray array) {
    TensorType type = array.type();
    // Not PtNDArray.set, which makes the tensor a view of the buffer while only the Java object
    // keeps the buffer alive.
    PtNDArray tensor =
        JniUtils.createEmptyNdArray(
            manager,
            ArrayTransfer.shape(type.shape()),
            ArrayTransfer.dataType(type.dataType()),
            Device.cpu(),
            SparseFormat.DENSE);
    if (array.elementCount() > 0) {
      ArrayTransfer.copy(array, tensor.toByteBuffer(true));
    }
    if (onProcessor()) {
      return tensor;
    }
    try (tensor) {
      return tensor.toDevice(manager.getDevice(), true);
    }
  }

  @Override
  protected HostArray fetch(Variable variable) {
    return toHost(variable.type(), Objects.requireNonNull(values.get(variable.name())));
  }

  /** Returns the elements of a tensor. */
  static HostArray toHost(TensorType type, PtNDArray tensor) {
    TensorType actual = type.withShape(ArrayTransfer.shape(tensor.getShape()));
    // Contiguous and on the CPU. DJL would do both when it creates the buffer, but would keep the
    // copies until the session is closed.
    try (PtNDArray ordered = (PtNDArray) tensor.reshape(actual.shape().elementCount());
        PtNDArray here = ordered.toDevice(Device.cpu(), false)) {
      return ArrayTransfer.read(actual, here.toByteBuffer(true));
    }
  }

  @Override
  protected NativeProgram prepare(Program program) {
    return onProcessor()
        ? new SlicedExecution(program, threads, limits, new Preparation())
        : whole(program);
  }

  private NativeProgram whole(Program program) {
    return PyTorchProgram.of(this, program, threads.count());
  }

  private final class Preparation implements SlicedExecution.Preparation {
    @Override
    public NativeProgram whole(Program part) {
      return PyTorchSession.this.whole(part);
    }

    @Override
    public ProgramPart slice(Program part) {
      return ProgramPart.of(part, PyTorchProgram.of(PyTorchSession.this, part, 1));
    }
  }

  @Override
  protected void free() {
    values.clear();
    threads.close();
    manager.close();
  }
}
