package dev.espalier.cli.text;

import java.io.Console;
import java.util.Map;

/** How wide help texts are: as wide as the terminal, within what reads well. */
public final class TerminalWidth {
  /** Of what is not a terminal. */
  private static final int USUAL = 80;

  private static final int SMALLEST = 60;
  private static final int LARGEST = 160;
  private static final String VARIABLE = "COLUMNS";

  private TerminalWidth() {}

  /** Returns the width that {@code COLUMNS} says, else that of a file or a pipe. */
  public static int of(Map<String, String> environment) {
    String columns = environment.getOrDefault(VARIABLE, "").strip();
    return columns.matches("\\d{1,6}")
        ? Math.max(SMALLEST, Math.min(LARGEST, Integer.parseInt(columns)))
        : USUAL;
  }

  /** Returns whether the terminal is asked for its width, where there is one. */
  public static boolean isDetected(Map<String, String> environment) {
    return !environment.containsKey(VARIABLE) && isTerminal();
  }

  /** Since JDK 22 there is a console even without a terminal; it then says so itself. */
  @SuppressWarnings("SystemConsoleNull") // null is still the answer of the JDKs before 22
  private static boolean isTerminal() {
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
