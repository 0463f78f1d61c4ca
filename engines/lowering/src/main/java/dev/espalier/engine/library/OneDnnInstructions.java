package dev.espalier.engine.library;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps oneDNN, which computes the convolutions of PyTorch and TensorFlow, from using CPU
 * instructions that give wrong results on some machines.
 *
 * <p>On a virtual machine with an AMD processor of family 26 (Zen 5) that does not report its cache
 * sizes, multi-threaded convolutions of oneDNN 3.3 to 3.7 are wrong by up to a quarter of their
 * values if AVX2 or AVX-512 is used. They are correct with AVX, with a single thread, or without
 * oneDNN. oneDNN reads an environment variable before its first computation.
 */
final class OneDnnInstructions {
  /** The environment variable that oneDNN reads. A value set by the user is kept. */
  static final String VARIABLE = "ONEDNN_MAX_CPU_ISA";

  private static final Logger LOGGER = LoggerFactory.getLogger(OneDnnInstructions.class);

  private static final String CORRECT = "AVX";
  private static final int ZEN_5 = 26;
  private static final Pattern FAMILY = Pattern.compile("(?m)^cpu family\\s*:\\s*([0-9]{1,4})$");

  private OneDnnInstructions() {}

  /** Limits the instruction set if this machine is affected; only on Linux. */
  static void limitWhereWrong() {
    if (areWrongHere()) {
      ProcessEnvironment.setIfAbsent(VARIABLE, CORRECT);
      LOGGER.info(
          "On this virtual machine oneDNN computes wrong convolutions with AVX2 and AVX-512. It is"
              + " limited to AVX, which is slower; the environment variable {} overrides that.",
          VARIABLE);
    }
  }

  /**
   * Returns the instruction set to which oneDNN is limited by the user or because this machine is
   * affected, or null.
   */
  static @Nullable String limit() {
    String byUser = System.getenv(VARIABLE);
    return byUser != null ? byUser : areWrongHere() ? CORRECT : null;
  }

  private static boolean areWrongHere() {
    return areWrong(Path.of("/proc/cpuinfo"), Path.of("/sys/devices/system/cpu/cpu0/cache"));
  }

  /**
   * Returns whether a machine is affected.
   *
   * @param processors a file such as Linux' {@code /proc/cpuinfo}
   * @param caches the folder in which Linux describes the processor's caches; it is missing if they
   *     are unknown
   */
  static boolean areWrong(Path processors, Path caches) {
    if (!Files.isReadable(processors) || Files.isDirectory(caches)) {
      return false;
    }
    try {
      String text = Files.readString(processors, StandardCharsets.ISO_8859_1);
      Matcher family = FAMILY.matcher(text);
      return text.contains("AuthenticAMD")
          && family.find()
          && Integer.parseInt(family.group(1)) >= ZEN_5;
    } catch (IOException e) {
      LOGGER.debug("{} cannot be read", processors, e);
      return false;
    }
  }
}
