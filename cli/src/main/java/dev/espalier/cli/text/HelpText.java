package dev.espalier.cli.text;

import dev.espalier.error.PrintableText;
import java.util.Locale;

/** Text of options in picocli's syntax. */
public final class HelpText {
  private HelpText() {}

  /** Escapes text that picocli would otherwise interpret as format or variables. */
  public static String escaped(String text) {
    return PrintableText.of(text).replace("%", "%%").replace("${", "$ {").replace("@|", "@ |");
  }

  /** Returns a sentence about the allowed values, to follow the description. */
  public static String sentence(String expected) {
    return " " + expected.substring(0, 1).toUpperCase(Locale.ROOT) + expected.substring(1) + ".";
  }

  /** Returns a sentence about the default, to follow the description; empty if there is none. */
  public static String byDefault(String usual) {
    return usual.isEmpty() ? "" : " Default: " + usual + ".";
  }
}
