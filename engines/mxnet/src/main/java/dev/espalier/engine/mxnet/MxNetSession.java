package dev.espalier.engine.mxnet;

import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.engine.MxNDManager;
import dev.espalier.engine.djl.ArrayTransfer;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.engine.lowering.NativeSession;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Keeps variables as MXNet arrays, which are never modified: a new value is a new array. Not
 * thread-safe; only one thread of the process calls MXNet at a time.
 */
final class MxNetSession extends NativeSession {
  /** MXNet's imperative calls are not thread-safe. */
  static final Object MXNET = new Object();

  private final MxNDManager manager;
  private final Functions functions;
  private final Map<String, MxNDArray> values = new HashMap<>();

  /**
   * Opens a session.
   *
   * @param manager allocates arrays on the session's device; closed with the session
   */
  MxNetSession(MxNetEngine engine, MxNDManager manager, Functions functions) {
    super(engine);
    this.manager = manager;
    this.functions = functions;
  }

  MxNDManager manager() {
    return manager;
  }

  Functions functions() {
    return functions;
  }

  /** Returns the arrays of variables that have values. */
  List<MxNDArray> arrays(List<Variable> variables) {
    return variables.stream()
        .map(variable -> Objects.requireNonNull(values.get(variable.name())))
        .toList();
  }

  /** Replaces the values of variables; takes ownership of the arrays. */
  void replace(Map<Variable, MxNDArray> arrays) {
    arrays.forEach(
        (variable, array) -> {
          MxNDArray old = values.put(variable.name(), array);
          if (old != null) {
            old.close();
          }
        });
  }

  @Override
  protected void store(Map<Variable, HostArray> arrays) {
    synchronized (MXNET) {
      Map<Variable, MxNDArray> created = new LinkedHashMap<>();
      try {
        arrays.forEach((variable, array) -> created.put(variable, toArray(array)));
      } catch (RuntimeException | OutOfMemoryError e) {
        created.values().forEach(MxNDArray::close);
        throw Failures.run("write", null, e);
      }
      replace(created);
    }
  }

  /** Returns an array on the session's device. */
  MxNDArray toArray(HostArray array) {
    TensorType type = array.type();
    ByteBuffer buffer = ByteBuffer.allocateDirect(Math.max(1, ArrayTransfer.bytes(type)));
    buffer.order(ByteOrder.nativeOrder());
    ArrayTransfer.copy(array, buffer);
    MxNDArray created =
        manager.create(ArrayTransfer.shape(type.shape()), ArrayTransfer.dataType(type.dataType()));
    if (array.elementCount() > 0) {
      created.set(buffer);
    }
    return created;
  }

  @Override
  protected HostArray fetch(Variable variable) {
    synchronized (MXNET) {
      return toHost(variable.type(), Objects.requireNonNull(values.get(variable.name())));
    }
  }

  /** Returns the elements of an array. */
  static HostArray toHost(TensorType type, MxNDArray array) {
    return ArrayTransfer.read(
        type.withShape(ArrayTransfer.shape(array.getShape())), array.toByteBuffer(false));
  }

  @Override
  protected NativeProgram prepare(Program program) {
    synchronized (MXNET) {
      return new MxNetProgram(this, program, new InstructionTarget(program).write());
    }
  }

  @Override
  protected void free() {
    synchronized (MXNET) {
      values.clear();
      manager.close();
    }
  }
}
