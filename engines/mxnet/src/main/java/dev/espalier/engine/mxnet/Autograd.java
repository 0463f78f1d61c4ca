package dev.espalier.engine.mxnet;

import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.jna.JnaUtils;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.List;
import java.util.function.Supplier;

/** MXNet's automatic differentiation, applied to one operator at a time. */
final class Autograd {
  private static final int WRITE = 1;

  private final Functions functions;

  Autograd(Functions functions) {
    this.functions = functions;
  }

  /** A recorded operator call: its arguments, the arrays for their gradients, and its results. */
  record Tape(List<MxNDArray> arguments, List<MxNDArray> gradients, List<MxNDArray> results)
      implements AutoCloseable {
    @Override
    public void close() {
      arguments.forEach(MxNDArray::close);
      gradients.forEach(MxNDArray::close);
      results.forEach(MxNDArray::close);
    }
  }

  /** Returns an array that shares memory with another but not its recorded history. */
  static MxNDArray detached(MxNDManager manager, MxNDArray array) {
    return manager.create(JnaUtils.detachGradient(array.getHandle()));
  }

  /**
   * Returns an argument with respect to which gradients can be computed. Memory for the gradient is
   * allocated when it is written.
   */
  MxNDArray withGradient(MxNDManager manager, MxNDArray argument, MxNDArray gradient) {
    MxNDArray marked = detached(manager, argument);
    Functions.check(
        functions,
        functions.MXAutogradMarkVariables(
            1,
            new Pointer[] {marked.getHandle()},
            new int[] {WRITE},
            new Pointer[] {gradient.getHandle()}));
    return marked;
  }

  /** Returns an array without allocated memory. */
  static MxNDArray place(MxNDManager manager, MxNDArray like) {
    return manager.create(
        JnaUtils.createNdArray(
            manager.getDevice(),
            like.getShape(),
            like.getDataType(),
            like.getShape().dimension(),
            true));
  }

  /** Runs an operator while MXNet records it. */
  <T> T recorded(Supplier<T> operator) {
    IntByReference before = new IntByReference();
    Functions.check(functions, functions.MXAutogradSetIsRecording(1, before));
    try {
      return training(operator);
    } finally {
      Functions.check(functions, functions.MXAutogradSetIsRecording(0, before));
    }
  }

  /** Runs an operator in MXNet's training mode. */
  <T> T training(Supplier<T> operator) {
    IntByReference before = new IntByReference();
    Functions.check(functions, functions.MXAutogradSetIsTraining(1, before));
    try {
      return operator.get();
    } finally {
      Functions.check(functions, functions.MXAutogradSetIsTraining(0, before));
    }
  }

  /** Computes the gradients of a tape's arguments from that of its first result. */
  void backward(Tape tape, MxNDArray gradient) {
    Functions.check(
        functions,
        functions.MXAutogradBackwardEx(
            1,
            new Pointer[] {tape.results().get(0).getHandle()},
            new Pointer[] {gradient.getHandle()},
            0,
            null,
            0,
            0,
            1,
            null,
            null));
  }
}
