package dev.espalier.datasets.table;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses comma-separated values as specified in RFC 4180: quoted values may contain commas, line
 * breaks and doubled quotes. Blank lines, and blanks around quotes, are ignored. As some
 * spreadsheets do, semicolons or tabs may separate values: if the first line has more of them than
 * commas, or after a line {@code sep=;}. Use an instance for one file.
 */
final class CsvRecords {
  /**
   * The values of a record.
   *
   * @param line number of its first line
   * @param cells the values
   */
  record Row(int line, List<String> cells) {}

  private static final String SEPARATOR_LINE = "sep=";

  private final Path file;
  private final String text;
  private final char separator;
  private int position;
  private int line = 1;

  CsvRecords(Path file, String text) {
    this.file = file;
    this.text = text;
    String first = text.lines().findFirst().orElse("");
    if (first.startsWith(SEPARATOR_LINE) && first.length() == SEPARATOR_LINE.length() + 1) {
      separator = first.charAt(SEPARATOR_LINE.length());
      position = first.length();
    } else {
      separator = separator(first);
    }
  }

  private static char separator(String first) {
    String outsideQuotes = first.replaceAll("\"[^\"]*\"", "");
    char most = ',';
    for (char candidate : new char[] {';', '\t'}) {
      if (count(outsideQuotes, candidate) > count(outsideQuotes, most)) {
        most = candidate;
      }
    }
    return most;
  }

  private static long count(String text, char character) {
    return text.chars().filter(one -> one == character).count();
  }

  List<Row> all() {
    List<Row> rows = new ArrayList<>();
    while (position < text.length()) {
      Row row = new Row(line, record());
      if (row.cells().size() > 1 || !row.cells().get(0).isBlank()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private List<String> record() {
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(isQuoteNext() ? quoted() : plain());
      int end = peek();
      position++;
      if (end == separator) {
        continue;
      }
      if (end == '\r' && peek() == '\n') {
        position++;
      }
      line++;
      return cells;
    }
  }

  /** Returns whether the next value is quoted, skipping blanks before the quote if so. */
  private boolean isQuoteNext() {
    int next = position;
    while (next < text.length() && text.charAt(next) == ' ') {
      next++;
    }
    if (next >= text.length() || text.charAt(next) != '"') {
      return false;
    }
    position = next;
    return true;
  }

  /** Returns the next character, or a line end at the end of the file. */
  private int peek() {
    return position < text.length() ? text.charAt(position) : '\n';
  }

  private boolean isAtEndOfValue() {
    return peek() == separator || peek() == '\n' || peek() == '\r';
  }

  private String plain() {
    int start = position;
    while (!isAtEndOfValue()) {
      position++;
    }
    return text.substring(start, Math.min(position, text.length()));
  }

  private String quoted() {
    int start = line;
    StringBuilder cell = new StringBuilder();
    position++;
    while (true) {
      if (position >= text.length()) {
        throw new EspalierException(
            ErrorCode.INVALID_DATA_FILE,
            "A double quote in line " + start + " of " + file + " is never closed.",
            "Close it; write a quote inside quotes as two quotes.");
      }
      char character = text.charAt(position++);
      if (character == '"') {
        if (peek() != '"' || position >= text.length()) {
          break;
        }
        position++;
      } else if (character == '\n') {
        line++;
      }
      cell.append(character);
    }
    while (peek() == ' ') {
      position++;
    }
    if (!isAtEndOfValue()) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "Line " + line + " of " + file + " continues after a closing double quote.",
          "Put the whole value in quotes, and write a quote inside it as two quotes.");
    }
    return cell.toString();
  }
}
