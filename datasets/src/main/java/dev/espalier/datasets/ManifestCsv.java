package dev.espalier.datasets;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads comma-separated values as RFC 4180 describes them: a text in quotes may hold commas, line
 * breaks, and quotes written twice. Blank lines do not count. A bar separates several labels of one
 * picture. One object for one file.
 */
final class ManifestCsv {
  /** Rare in names, and needs no quotes, unlike the comma. */
  private static final String LABEL_SEPARATOR = "|";

  private final Path file;
  private String text = "";
  private int position;
  private int line = 1;

  ManifestCsv(Path file) {
    this.file = file;
  }

  List<ManifestEntry> parse(String content) {
    text = content;
    List<String> columns = List.of();
    List<ManifestEntry> entries = new ArrayList<>();
    while (position < text.length()) {
      int start = line;
      List<String> cells = record();
      if (cells.size() == 1 && cells.get(0).isBlank()) {
        continue;
      }
      if (columns.isEmpty()) {
        columns = columns(cells);
      } else {
        entries.add(entry(columns, cells, start));
      }
    }
    return entries;
  }

  private List<String> columns(List<String> cells) {
    List<String> names = cells.stream().map(cell -> cell.strip().toLowerCase(Locale.ROOT)).toList();
    for (String needed : List.of(ManifestEntry.PATH, ManifestEntry.LABEL)) {
      if (names.stream().filter(needed::equals).count() != 1) {
        throw new EspalierException(
            ErrorCode.INVALID_DATA_FILE,
            "The first line of "
                + file
                + " does not name the column "
                + needed
                + " once; it names "
                + String.join(", ", names)
                + ".",
            "Begin with the line path,label or path,label,split.");
      }
    }
    return names;
  }

  private ManifestEntry entry(List<String> columns, List<String> cells, int start) {
    if (cells.size() != columns.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "Line "
              + start
              + " of "
              + file
              + " has "
              + cells.size()
              + " values for "
              + columns.size()
              + " columns.",
          "Put values that hold a comma in double quotes.");
    }
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      texts.put(columns.get(i), cells.get(i));
    }
    String label = texts.getOrDefault(ManifestEntry.LABEL, "");
    return new ManifestEntry(
        file,
        "line " + start,
        texts.get(ManifestEntry.PATH),
        List.of(label.split(Pattern.quote(LABEL_SEPARATOR), -1)),
        label.contains(LABEL_SEPARATOR),
        texts.get(ManifestEntry.SPLIT));
  }

  private List<String> record() {
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(peek() == '"' ? quoted() : plain());
      int end = peek();
      position++;
      if (end == ',') {
        continue;
      }
      if (end == '\r' && peek() == '\n') {
        position++;
      }
      line++;
      return cells;
    }
  }

  /** Returns the next character, or that of a line's end at the end. */
  private int peek() {
    return position < text.length() ? text.charAt(position) : '\n';
  }

  private String plain() {
    int start = position;
    while (peek() != ',' && peek() != '\n' && peek() != '\r') {
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
            "Close it, or write a quote inside quotes twice.");
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
    if (peek() != ',' && peek() != '\n' && peek() != '\r') {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "Line " + line + " of " + file + " goes on after a closing double quote.",
          "Put all of a value in quotes, and write a quote inside twice.");
    }
    return cell.toString();
  }
}
