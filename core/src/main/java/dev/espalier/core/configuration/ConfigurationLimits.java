package dev.espalier.core.configuration;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * Size limits of a configuration. All are far above what a training needs; they keep a damaged or
 * malicious file from exhausting memory, time or the stack.
 */
final class ConfigurationLimits {
  /** Bytes of a file including all its includes. */
  static final int BYTES = 64 * 1024;

  /** Nesting depth of sections, lists and substitutions. */
  static final int DEPTH = 100;

  /** Nesting depth of includes. */
  static final int INCLUDES_IN_A_ROW = 10;

  /** Number of included files. */
  static final int INCLUDES = 100;

  /** Number of substitutions in all files. */
  static final int SUBSTITUTIONS = 200;

  /** Characters of keys and values after all substitutions are resolved. */
  static final int CHARACTERS = 1 << 20;

  /** Number of settings. */
  static final int SETTINGS = 2000;

  /** Number of problems reported at once. */
  static final int PROBLEMS = 30;

  private ConfigurationLimits() {}

  /**
   * Returns the error for a file that exceeds a limit.
   *
   * @param what predicate, such as {@code is larger than 64 KiB}
   */
  static EspalierException exceeded(String file, String what) {
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
