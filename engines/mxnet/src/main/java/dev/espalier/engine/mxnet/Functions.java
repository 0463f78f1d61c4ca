package dev.espalier.engine.mxnet;

import ai.djl.engine.EngineException;
import ai.djl.mxnet.jna.LibUtils;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions of MXNet's C interface that DJL's own access does not offer in the form needed: it
 * takes no gradient from outside, and copies the parameters of an operator anew in each call. Each
 * returns 0, or another number and leaves a message.
 */
interface Functions extends Library {
  /**
   * Returns the functions of the library that DJL has loaded. As DJL does, it keeps the library's
   * names to itself: JNA's default would offer them to all others, and Java's decoder of JPEG files
   * would from then on find MXNet's copy of libjpeg instead of its own, and fail.
   */
  static Functions load() {
    int lazyAndLocal = 1;
    Map<String, Object> options =
        System.getProperty("os.name", "").startsWith("Linux")
            ? Map.of(Library.OPTION_OPEN_FLAGS, lazyAndLocal)
            : Map.of();
    return Native.load(LibUtils.getLibName(), Functions.class, options);
  }

  /** Gives the handle of an operator. */
  int NNGetOpHandle(String name, PointerByReference handle);

  /** Runs an operator. */
  int MXImperativeInvokeEx(
      Pointer operator,
      int inputCount,
      Pointer inputs,
      IntByReference outputCount,
      PointerByReference outputs,
      int parameterCount,
      Pointer keys,
      Pointer values,
      PointerByReference storage);

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

  /** Throws what a function that failed has left. */
  default void check(int status) {
    if (status != 0) {
      throw new EngineException(MXGetLastError());
    }
  }
}
