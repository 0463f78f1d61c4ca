package dev.espalier.engine.tensorflow.internal;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import dev.espalier.engine.library.ProcessEnvironment;
import java.util.Map;

/** Settings of XLA, TensorFlow's compiler, for the whole process. */
public final class XlaCompiler {
  /** The environment variable that XLA reads at its first use. A value set by the user is kept. */
  static final String FLAGS = "TF_XLA_FLAGS";

  /**
   * Compiles for a shape when it is first met. By default, the first run with a further batch size
   * is computed by other kernels than later ones, with other rounding, so that a resumed training
   * would differ from one that was not interrupted.
   */
  static final String COMPILE_AT_ONCE = "--tf_xla_enable_lazy_compilation=false";

  private static final String LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";

  /** Kept in a system property, because this class may be loaded by several class loaders. */
  private static final String STARTED = "dev.espalier.engine.tensorflow.xla";

  private XlaCompiler() {}

  /** Has an effect before XLA is first used, on Linux and macOS. */
  static void compileAtOnce() {
    ProcessEnvironment.setIfAbsent(FLAGS, COMPILE_AT_ONCE);
  }

  /**
   * Runs {@code compiling}, which makes XLA compile something, when this is called for the first
   * time in the process. XLA then tells about itself on standard error; where {@code
   * TF_CPP_MIN_LOG_LEVEL} asks for warnings or errors alone, which XLA does not heed, that is left
   * out. What Java writes is not affected.
   */
  public static void start(Runnable compiling) {
    synchronized (XlaCompiler.class) {
      if (System.getProperty(STARTED) != null) {
        return;
      }
      System.setProperty(STARTED, "true");
      if (Platform.isLinux() && isQuiet(System.getenv())) {
        withoutStandardError(compiling);
      } else {
        compiling.run();
      }
    }
  }

  static boolean isQuiet(Map<String, String> environment) {
    return environment.getOrDefault(LOG_LEVEL, "0").matches("[1-9]");
  }

  /** Sends to nowhere what native code writes to the C library's stream in the meantime. */
  static void withoutStandardError(Runnable running) {
    NativeLibrary process = NativeLibrary.getProcess();
    Pointer variable = process.getGlobalVariableAddress("stderr");
    Pointer stream = variable.getPointer(0);
    Function open = process.getFunction("fopen");
    // Not closed: another thread may be writing to it still.
    Pointer nowhere = open.invokePointer(new Object[] {"/dev/null", "w"});
    if (nowhere == null) {
      running.run();
      return;
    }
    variable.setPointer(0, nowhere);
    try {
      running.run();
    } finally {
      variable.setPointer(0, stream);
    }
  }
}
