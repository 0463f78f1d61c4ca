package dev.espalier.core.configuration;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * How much a configuration may say. All limits are far beyond what a training needs; they keep a
 * file that is damaged or made on purpose from taking all memory, all time or the whole stack.
 */
final class ConfigurationLimits {
  /** Bytes of a file with all that it includes. */
  static final int BYTES = 64 * 1024;

  /** Levels of sections, lists and substitutions inside of one another. */
  static final int DEPTH = 100;

  /** Files that include one another in a row. */
  static final int INCLUDES_IN_A_ROW = 10;

  /** Files that are included in all. */
  static final int INCLUDES = 100;

  /** Substitutions in all files together. */
  static final int SUBSTITUTIONS = 200;

  /** Characters of keys and values when all substitutions are filled in. */
  static final int CHARACTERS = 1 << 20;

  /** Settings. */
  static final int SETTINGS = 2000;

  /** Problems that are told at once. */
  static final int PROBLEMS = 30;

  private ConfigurationLimits() {}

  /**
   * Returns the error about a file beyond a limit.
   *
   * @param what it does, such as {@code is larger than 64 KiB}
   */
  static EspalierException exceeded(String file, String what) {
    return new EspalierException(
        ErrorCode.INVALID_CONFIGURATION,
        "The configuration file " + file + " " + what + ".",
        "Shorten it; no training needs that much. The file may be damaged, or another one was"
            + " meant.");
  }

  /** Returns the error about levels inside of one another. */
  static EspalierException tooDeep(String file) {
    return exceeded(file, "has more than " + DEPTH + " levels inside of one another");
  }
}
