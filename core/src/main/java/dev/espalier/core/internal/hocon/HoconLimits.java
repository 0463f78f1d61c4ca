package dev.espalier.core.internal.hocon;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * Size limits of a configuration. All are far above what a training needs; they keep a damaged or
 * malicious file from exhausting memory, time or the stack.
 */
public final class HoconLimits {
  /** Bytes of a file including all its includes. */
  public static final int BYTES = 64 * 1024;

  /** Nesting depth of sections, lists and substitutions. */
  public static final int DEPTH = 100;

  /** Nesting depth of includes. */
  static final int INCLUDES_IN_A_ROW = 10;

  /** Number of included files. */
  static final int INCLUDES = 100;

  /** Number of substitutions in all files. */
  static final int SUBSTITUTIONS = 200;

  /** Characters of keys and values after all substitutions are resolved. */
  static final int CHARACTERS = 1 << 20;

  private HoconLimits() {}

  /**
   * Returns the error for a file that exceeds a limit.
   *
   * @param what predicate, such as {@code is larger than 64 KiB}
   */
  public static EspalierException exceeded(String file, String what) {
    return new EspalierException(
        ErrorCode.INVALID_CONFIGURATION,
        "The configuration file " + file + " " + what + ".",
        "Shorten it; no training needs that much. The file may be damaged, or another one was"
            + " meant.");
  }

  /** Returns the error for too deep nesting. */
  static EspalierException tooDeep(String file) {
    return exceeded(file, "has more than " + DEPTH + " levels inside of one another");
  }
}
