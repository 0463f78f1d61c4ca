package dev.espalier.cli.text;

import dev.espalier.error.PrintableText;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * The output of commands. Escapes control characters, so that names and other text from files
 * cannot act on the terminal, and a line printed with {@link #println(String)} stays one line. Text
 * with several lines is printed with {@link #print(String)}; JSON keeps its meaning.
 */
public final class PrintableWriter extends PrintWriter {
  public PrintableWriter(Writer target) {
    super(new Escaping(target));
  }

  @Override
  public void println(String line) {
    super.println(PrintableText.of(line));
  }

  @Override
  public void println(Object line) {
    println(String.valueOf(line));
  }

  private static final class Escaping extends FilterWriter {
    Escaping(Writer target) {
      super(target);
    }

    @Override
    public void write(int character) throws IOException {
      out.write(PrintableText.ofLines(Character.toString((char) character)));
    }

    @Override
    public void write(char[] characters, int from, int length) throws IOException {
      out.write(PrintableText.ofLines(new String(characters, from, length)));
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
      out.write(PrintableText.ofLines(text.substring(from, from + length)));
    }
  }
}
