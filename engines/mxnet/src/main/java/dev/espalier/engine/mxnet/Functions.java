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
 * Functions of MXNet's C API that DJL does not offer in the required form: DJL accepts no gradient
 * of an output from outside, and copies the parameters of an operator to native memory in each
 * call. Functions return 0 on success; otherwise {@link #MXGetLastError} has the message.
 */
interface Functions extends Library {
  /**
   * Binds the functions of the library that DJL has loaded. Like DJL, this keeps the library's
   * symbols local: by default JNA would make them visible to all other libraries, and Java's JPEG
   * decoder would then call MXNet's copy of libjpeg instead of its own, and fail.
   */
  static Functions load() {
    int lazyAndLocal = 1;
    Map<String, Object> options =
        System.getProperty("os.name", "").startsWith("Linux")
            ? Map.of(Library.OPTION_OPEN_FLAGS, lazyAndLocal)
            : Map.of();
    return Native.load(LibUtils.getLibName(), Functions.class, options);
  }

  /** Returns the handle of an operator. */
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

  /** Attaches arrays that receive the gradients of variables. */
  int MXAutogradMarkVariables(int count, Pointer[] variables, int[] ways, Pointer[] gradients);

  /** Turns recording on or off for this thread. */
  int MXAutogradSetIsRecording(int on, IntByReference before);

  /** Switches operators between training and inference mode for this thread. */
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

  /** Sets the number of threads per operator. */
  int MXSetNumOMPThreads(int count);

  /** Returns the message of this thread's last failure. */
  String MXGetLastError();

  /**
   * Throws the last error if a function returned anything but 0. Static: what a method of the
   * interface throws, JNA wraps.
   */
  static void check(Functions functions, int status) {
    if (status != 0) {
      throw new EngineException(functions.MXGetLastError());
    }
  }
}
