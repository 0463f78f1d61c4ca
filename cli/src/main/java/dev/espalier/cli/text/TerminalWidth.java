package dev.espalier.cli.text;

import java.io.Console;
import java.util.Map;

/** The width of help texts: that of the terminal, within readable limits. */
public final class TerminalWidth {
  /** The width if the output is not a terminal. */
  private static final int USUAL = 80;

  private static final int SMALLEST = 60;
  private static final int LARGEST = 160;
  private static final String VARIABLE = "COLUMNS";

  private TerminalWidth() {}

  /** Returns the width in {@code COLUMNS}, by default that of a file or a pipe. */
  public static int of(Map<String, String> environment) {
    String columns = environment.getOrDefault(VARIABLE, "").strip();
    return columns.matches("\\d{1,6}")
        ? Math.max(SMALLEST, Math.min(LARGEST, Integer.parseInt(columns)))
        : USUAL;
  }

  /** Returns whether to ask the terminal for its width. */
  public static boolean isDetected(Map<String, String> environment) {
    return !environment.containsKey(VARIABLE) && isTerminal();
  }

  /** Since JDK 22 there is a console even without a terminal; it has a method to tell. */
  @SuppressWarnings("SystemConsoleNull") // before JDK 22, null is still the answer
  static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
