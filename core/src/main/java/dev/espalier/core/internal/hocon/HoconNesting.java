package dev.espalier.core.internal.hocon;

/**
 * Determines the nesting depth of a HOCON text before the library's recursive parser sees it. Each
 * dot in a key counts as a level.
 */
public final class HoconNesting {
  private static final String LONG_QUOTE = "\"\"\"";

  private final String text;
  private int position;

  private HoconNesting(String text) {
    this.text = text;
  }

  /** Returns the depth; 0 for plain settings without dots. */
  public static int depth(String text) {
    return new HoconNesting(text).deepest();
  }

  private int deepest() {
    int deepest = 0;
    int depth = 0;
    int dots = 0;
    while (position < text.length()) {
      char c = text.charAt(position++);
      switch (c) {
        case '"' -> skipQuoted();
        case '#' -> skipLine();
        case '/' -> {
          if (text.startsWith("/", position)) {
            skipLine();
          }
        }
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

  private void skipLine() {
    int end = text.indexOf('\n', position);
    position = end < 0 ? text.length() : end;
  }

  /** Skips to the end of the quoted string that starts before the current position. */
  private void skipQuoted() {
    if (text.startsWith(LONG_QUOTE, position - 1)) {
      int end = text.indexOf(LONG_QUOTE, position + 2);
      position = end < 0 ? text.length() : end + LONG_QUOTE.length();
      while (text.startsWith("\"", position)) {
        position++; // quotes beyond three belong to the text
      }
      return;
    }
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c == '"') {
        return;
      }
      if (c == '\\') {
        position++;
      }
    }
  }
}
