package dev.espalier.core.internal.hocon;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * Limits of the size and depth of a configuration, and the depth of a text. All are far above what
 * a training needs; they keep a damaged or malicious file from exhausting memory, time or the
 * stack.
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

  private static final String LONG_QUOTE = "\"\"\"";

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

  /**
   * Returns the nesting depth of a HOCON text before the library's recursive parser sees it. Each
   * dot in a key counts as a level.
   *
   * @return 0 for plain settings without dots
   */
  public static int depth(String text) {
    int deepest = 0;
    int depth = 0;
    int dots = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '"' -> i = endOfQuoted(text, i);
        case '#' -> i = endOfLine(text, i);
        case '/' -> i = text.startsWith("//", i) ? endOfLine(text, i) : i;
        case '{', '[' -> {
          depth += 1 + dots;
          dots = 0;
        }
        case '}', ']' -> {
          depth = Math.max(0, depth - 1);
          dots = 0;
        }
        case '.' -> dots++;
        case '\n', ',', '=', ':' -> dots = 0;
        default -> {}
      }
      deepest = Math.max(deepest, depth + dots);
    }
    return deepest;
  }

  /** Returns the position of the last character before the end of a line. */
  private static int endOfLine(String text, int start) {
    int end = text.indexOf('\n', start);
    return (end < 0 ? text.length() : end) - 1;
  }

  /** Returns the position of the quote that ends a quoted string. */
  static int endOfQuoted(String text, int start) {
    if (text.startsWith(LONG_QUOTE, start)) {
      int end = text.indexOf(LONG_QUOTE, start + LONG_QUOTE.length());
      end = end < 0 ? text.length() : end + LONG_QUOTE.length();
      while (text.startsWith("\"", end)) {
        end++; // quotes beyond three belong to the text
      }
      return end - 1;
    }
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i;
      }
      if (c == '\\') {
        i++;
      }
    }
    return text.length();
  }
}
