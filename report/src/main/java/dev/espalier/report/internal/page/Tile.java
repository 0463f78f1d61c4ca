package dev.espalier.report.internal.page;

import java.util.List;

/**
 * A result worth a large number. Immutable.
 *
 * @param name above the value
 * @param value the result
 * @param detail below the value; may be empty
 */
public record Tile(String name, String value, String detail) {
  /** Writes tiles beside each other; nothing if there are none. */
  public static void write(List<Tile> tiles, Html html) {
    if (tiles.isEmpty()) {
      return;
    }
    html.add("<dl class=\"tiles\">\n");
    for (Tile tile : tiles) {
      html.add("<div>").element("dt", tile.name()).element("dd", tile.value());
      if (!tile.detail().isEmpty()) {
        html.element("dd", "detail", tile.detail());
      }
      html.add("</div>\n");
    }
    html.add("</dl>\n");
  }
}
