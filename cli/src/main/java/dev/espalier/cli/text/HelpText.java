package dev.espalier.cli.text;

import dev.espalier.error.PrintableText;
import java.util.Locale;

/** Texts of options as picocli has them. */
public final class HelpText {
  private HelpText() {}

  /** Help texts are formats and variables to picocli, which prints them as they are. */
  public static String escaped(String text) {
    return PrintableText.of(text).replace("%", "%%").replace("${", "$ {").replace("@|", "@ |");
  }

  /** Returns what an option takes as a sentence that follows its description. */
  public static String sentence(String expected) {
    return " " + expected.substring(0, 1).toUpperCase(Locale.ROOT) + expected.substring(1) + ".";
  }

  /** Returns the default as a sentence that follows, nothing if there is none. */
  public static String byDefault(String usual) {
    return usual.isEmpty() ? "" : " Default: " + usual + ".";
  }
}
