package dev.espalier.core.internal.progress;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.function.LongSupplier;

/**
 * The output for progress. The only class that accesses the standard output.
 *
 * @param named whether the user named this output
 * @param interactive whether a line can be redrawn
 * @param colors whether to use colors
 * @param unicode whether to use the thin bar of Unicode characters
 * @param nanoClock measures time
 */
public record Terminal(
    PrintStream out,
    boolean named,
    boolean interactive,
    boolean colors,
    boolean unicode,
    LongSupplier nanoClock) {

  /**
   * Returns the current standard output.
   *
   * @param named whether the user named it
   */
  static Terminal standard(boolean named) {
    String term = System.getenv("TERM");
    boolean interactive = consoleIsTerminal() && !"dumb".equals(term);
    boolean colors = interactive && System.getenv("NO_COLOR") == null;
    return new Terminal(System.out, named, interactive, colors, showsBar(), System::nanoTime);
  }

  /**
   * Returns a stream named by the user; it is a terminal if it is the standard output and that is
   * one.
   */
  @SuppressWarnings("ReferenceEquality") // the same stream is meant
  public static Terminal of(PrintStream out) {
    return out == System.out
        ? standard(true)
        : new Terminal(out, true, false, false, true, System::nanoTime);
  }

  /** Since JDK 22 there is a console even without a terminal; it has a method to tell. */
  @SuppressWarnings("SystemConsoleNull") // before JDK 22, null is still the answer
  private static boolean consoleIsTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static boolean showsBar() {
    String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
    try {
      Charset charset = name == null ? Charset.defaultCharset() : Charset.forName(name);
      return charset.canEncode() && charset.newEncoder().canEncode('\u2501');
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
