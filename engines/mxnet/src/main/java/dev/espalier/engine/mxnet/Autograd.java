package dev.espalier.engine.mxnet;

import ai.djl.engine.EngineException;
import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.jna.JnaUtils;
import ai.djl.mxnet.jna.LibUtils;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * MXNet's automatic differentiation, of one operator at a time. DJL's own access to it takes no
 * gradient from outside, so the functions of MXNet's C interface are called directly.
 */
final class Autograd {
  private static final int WRITE = 1;

  private final Functions functions;

  /** Opens the library that DJL has loaded. */
  Autograd() {
    functions = Native.load(LibUtils.getLibName(), Functions.class);
  }

  /** The functions of {@code mxnet/c_api.h}; each returns 0 or leaves a message. */
  @SuppressWarnings("checkstyle:MethodName")
  interface Functions extends Library {
    /** Says that gradients of variables go into arrays. */
    int MXAutogradMarkVariables(int count, Pointer[] variables, int[] ways, Pointer[] gradients);

    /** Turns recording on or off for this thread. */
    int MXAutogradSetIsRecording(int on, IntByReference before);

    /** Tells operators whether they are trained, for this thread. */
    int MXAutogradSetIsTraining(int on, IntByReference before);

    /** Computes the gradients of outputs. */
    int MXAutogradBackwardEx(
        int count,
        Pointer[] outputs,
        Pointer[] gradients,
        int variableCount,
        @Nullable Pointer variables,
        int keep,
        int differentiable,
        int training,
        @Nullable Pointer results,
        @Nullable Pointer storage);

    /** Sets the threads for one operator. */
    int MXSetNumOMPThreads(int count);

    /** Returns the message of the last failure of this thread. */
    String MXGetLastError();
  }

  /** What was recorded: an operator's arguments with places for their gradients, and its result. */
  record Tape(List<MxNDArray> arguments, List<MxNDArray> gradients, MxNDArray result)
      implements AutoCloseable {
    @Override
    public void close() {
      arguments.forEach(MxNDArray::close);
      gradients.forEach(MxNDArray::close);
      result.close();
    }
  }

  /** Sets the threads for one operator. */
  void setThreads(int count) {
    check(functions.MXSetNumOMPThreads(count));
  }

  /** Returns an array that shares memory with another and knows nothing of how that was made. */
  static MxNDArray detached(MxNDManager manager, MxNDArray array) {
    return manager.create(JnaUtils.detachGradient(array.getHandle()));
  }

  /** Returns an argument that gradients can be asked for; memory is taken when one is written. */
  MxNDArray withGradient(MxNDManager manager, MxNDArray argument, MxNDArray gradient) {
    MxNDArray marked = detached(manager, argument);
    check(
        functions.MXAutogradMarkVariables(
            1,
            new Pointer[] {marked.getHandle()},
            new int[] {WRITE},
            new Pointer[] {gradient.getHandle()}));
    return marked;
  }

  /** Returns an array without memory. */
  static MxNDArray place(MxNDManager manager, MxNDArray like) {
    return manager.create(
        JnaUtils.createNdArray(
            manager.getDevice(),
            like.getShape(),
            like.getDataType(),
            like.getShape().dimension(),
            true));
  }

  /** Runs an operator and has MXNet remember it. */
  <T> T recorded(Supplier<T> operator) {
    IntByReference before = new IntByReference();
    check(functions.MXAutogradSetIsRecording(1, before));
    check(functions.MXAutogradSetIsTraining(1, before));
    try {
      return operator.get();
    } finally {
      check(functions.MXAutogradSetIsRecording(0, before));
      check(functions.MXAutogradSetIsTraining(0, before));
    }
  }

  /** Computes the gradients of a tape's arguments. */
  void backward(Tape tape, MxNDArray gradient) {
    check(
        functions.MXAutogradBackwardEx(
            1,
            new Pointer[] {tape.result().getHandle()},
            new Pointer[] {gradient.getHandle()},
            0,
            null,
            0,
            0,
            1,
            null,
            null));
  }

  private void check(int status) {
    if (status != 0) {
      throw new EngineException(functions.MXGetLastError());
    }
  }
}
