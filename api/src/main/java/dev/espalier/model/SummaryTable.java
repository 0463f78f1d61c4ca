package dev.espalier.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table with lines between rows, laid out as Keras 3 does: columns take fixed fractions of the
 * width, text wraps between words, and a word that is longer than its column ends in an ellipsis.
 */
final class SummaryTable {
  /** The alignment of the text in a column. */
  enum Alignment {
    LEFT,
    RIGHT,
    CENTER
  }

  /** A column: its heading, and where it ends as a fraction of the table's width. */
  record Column(String heading, Alignment alignment, double end) {}

  private static final int SMALLEST_COLUMN = 4;
  private static final Pattern WORD = Pattern.compile("\\s*\\S+\\s*");

  private final List<Column> columns;
  private final int[] widths;
  private final StringBuilder text = new StringBuilder();
  private boolean empty = true;

  SummaryTable(List<Column> columns, int width) {
    this.columns = columns;
    this.widths = widths(columns, width);
    line("┏", "━", "┳", "┓");
    cells(columns.stream().map(Column::heading).toList(), "┃");
    line("┡", "━", "╇", "┩");
  }

  void row(List<String> texts) {
    if (!empty) {
      line("├", "─", "┼", "┤");
    }
    empty = false;
    cells(texts, "│");
  }

  /** Returns the finished table, with a line break at the end. */
  String end() {
    line("└", "─", "┴", "┘");
    return text.toString();
  }

  /** Returns the smallest width at which every column has room for some text. */
  static int smallestWidth(List<Column> columns) {
    int width = 1;
    while (!fits(columns, width)) {
      width++;
    }
    return width;
  }

  private static boolean fits(List<Column> columns, int width) {
    int start = 0;
    for (Column column : columns) {
      int end = (int) (column.end() * width);
      if (end - start < SMALLEST_COLUMN) {
        return false;
      }
      start = end;
    }
    return true;
  }

  /**
   * Returns the room for text in each column. The borders and the blanks around text are taken off
   * the columns as evenly as whole characters allow.
   */
  private static int[] widths(List<Column> columns, int width) {
    int[] widths = new int[columns.size()];
    int start = 0;
    int sum = 0;
    for (int i = 0; i < widths.length; i++) {
      int end = (int) (columns.get(i).end() * width);
      widths[i] = end - start;
      start = end;
      sum += widths[i] + 2;
    }
    int excess = sum + widths.length + 1 - width;
    for (int i = 0; i < widths.length; i++) {
      // rint: a half goes to the even neighbour.
      int taken = (int) Math.rint((double) excess / (widths.length - i));
      taken = Math.min(taken, widths[i] + 2);
      widths[i] = Math.max(0, widths[i] - taken);
      excess -= taken;
    }
    return widths;
  }

  private void line(String left, String fill, String between, String right) {
    for (int i = 0; i < widths.length; i++) {
      text.append(i == 0 ? left : between).append(fill.repeat(widths[i] + 2));
    }
    text.append(right).append('\n');
  }

  private void cells(List<String> texts, String border) {
    List<List<String>> wrapped = new ArrayList<>();
    int height = 1;
    for (int i = 0; i < widths.length; i++) {
      List<String> lines = wrap(texts.get(i), widths[i]);
      wrapped.add(lines);
      height = Math.max(height, lines.size());
    }
    for (int row = 0; row < height; row++) {
      for (int i = 0; i < widths.length; i++) {
        String line = row < wrapped.get(i).size() ? wrapped.get(i).get(row) : "";
        text.append(border).append(' ');
        align(line, widths[i], columns.get(i).alignment());
        text.append(' ');
      }
      text.append(border).append('\n');
    }
  }

  private void align(String line, int width, Alignment alignment) {
    int spare = width - line.length();
    int before =
        switch (alignment) {
          case LEFT -> 0;
          case RIGHT -> spare;
          case CENTER -> spare / 2;
        };
    text.append(" ".repeat(before)).append(line).append(" ".repeat(spare - before));
  }

  private static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    Matcher words = WORD.matcher(text);
    while (words.find()) {
      String word = words.group();
      if (line.length() > 0 && line.length() + word.stripTrailing().length() > width) {
        lines.add(cut(line.toString(), width));
        line.setLength(0);
      }
      line.append(word);
    }
    lines.add(cut(line.toString(), width));
    return lines;
  }

  private static String cut(String line, int width) {
    String stripped = line.stripTrailing();
    if (stripped.length() <= width) {
      return stripped;
    }
    return width == 0 ? "" : stripped.substring(0, width - 1) + "…";
  }
}
