package dev.espalier.error;

/**
 * Text of unknown origin in a form that can be printed: names of classes and files, metadata,
 * messages of other programs. Characters that act on a terminal or on the order of the text around
 * them are written as escapes of JSON, such as {@code \u001b}; all others stay, in every script.
 *
 * <p>Escaped are control characters, line and paragraph separators, unpaired surrogates, and
 * invisible format characters, those that turn the direction of text among them. The two joiners
 * U+200C and U+200D stay, because words of several languages are spelled with them. A backslash
 * stays too, so that paths read as they are; an escape cannot be turned back into what it was.
 *
 * <p>The text of a JSON document keeps its meaning when its lines are made printable.
 */
public final class PrintableText {
  private static final String LEFT_OUT = " … ";

  private PrintableText() {}

  /** Returns a text as one line: line breaks and tabs are escaped too. */
  public static String of(String text) {
    return escaped(text, false);
  }

  /**
   * Returns a text as one line of at most {@code maximumLength} characters, shortened in the
   * middle.
   *
   * @param maximumLength 16 or more
   */
  public static String of(String text, int maximumLength) {
    if (maximumLength < 16) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Text cannot be shortened to " + maximumLength + " characters.",
          "Leave room for 16 or more.");
    }
    return shortened(escaped(shortened(text, maximumLength), false), maximumLength);
  }

  /** Returns a text whose line breaks and tabs stay as they are. */
  public static String ofLines(String text) {
    return escaped(text, true);
  }

  private static String shortened(String text, int maximumLength) {
    if (text.length() <= maximumLength) {
      return text;
    }
    int kept = maximumLength - LEFT_OUT.length();
    int head = kept * 3 / 4;
    int tail = text.length() - (kept - head);
    return text.substring(0, whole(text, head) ? head : head - 1)
        + LEFT_OUT
        + text.substring(whole(text, tail) ? tail : tail + 1);
  }

  /** Returns whether a text can be cut before an index without parting a pair of surrogates. */
  private static boolean whole(String text, int index) {
    return !Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
  }

  private static String escaped(String text, boolean lines) {
    int first = 0;
    while (first < text.length() && stays(text, first, lines)) {
      first += Character.charCount(text.codePointAt(first));
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); ) {
      int next = i + Character.charCount(text.codePointAt(i));
      if (stays(text, i, lines)) {
        escaped.append(text, i, next);
      } else {
        for (int unit = i; unit < next; unit++) {
          escape(text.charAt(unit), escaped);
        }
      }
      i = next;
    }
    return escaped.toString();
  }

  private static boolean stays(String text, int index, boolean lines) {
    int character = text.codePointAt(index);
    return switch (character) {
      case '\n', '\t' -> lines;
      case '\r' -> lines && text.startsWith("\n", index + 1);
      case 0x200c, 0x200d -> true;
      default ->
          switch (Character.getType(character)) {
            case Character.CONTROL,
                Character.FORMAT,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR,
                Character.SURROGATE ->
                false;
            default -> true;
          };
    };
  }

  private static void escape(char unit, StringBuilder escaped) {
    switch (unit) {
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      default -> {
        escaped.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          escaped.append(Character.forDigit(unit >> shift & 0xf, 16));
        }
      }
    }
  }
}
