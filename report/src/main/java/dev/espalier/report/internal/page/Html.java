package dev.espalier.report.internal.page;

import dev.espalier.error.PrintableText;
import java.util.Locale;

/** Markup in the making. What is not a constant of ours is escaped. */
public final class Html {
  private final StringBuilder markup = new StringBuilder();

  /** Creates empty markup. */
  public Html() {}

  /** Returns a text for the content of an element or a quoted attribute, in one line. */
  public static String escape(String text) {
    String printable = PrintableText.of(text);
    StringBuilder escaped = new StringBuilder(printable.length() + 16);
    for (int i = 0; i < printable.length(); i++) {
      char character = printable.charAt(i);
      switch (character) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(character);
      }
    }
    return escaped.toString();
  }

  /** Adds markup of ours. */
  public Html add(String ours) {
    markup.append(ours);
    return this;
  }

  /** Adds a text, escaped. */
  public Html text(String text) {
    markup.append(escape(text));
    return this;
  }

  /** Adds an element with a text, escaped. */
  public Html element(String tag, String text) {
    return add("<" + tag + ">").text(text).add("</" + tag + ">");
  }

  /** Adds an element of a class with a text, escaped. */
  public Html element(String tag, String styleClass, String text) {
    return add("<" + tag + " class=\"" + styleClass + "\">").text(text).add("</" + tag + ">");
  }

  /** Adds a coordinate or size of a drawing, with two digits at most. */
  public Html at(double number) {
    markup.append(coordinate(number));
    return this;
  }

  /** Returns a coordinate or size with two digits at most. */
  public static String coordinate(double number) {
    String text = String.format(Locale.ROOT, "%.2f", number);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  /** Returns whether nothing was added. */
  public boolean isEmpty() {
    return markup.isEmpty();
  }

  @Override
  public String toString() {
    return markup.toString();
  }
}
