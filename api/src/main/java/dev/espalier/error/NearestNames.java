package dev.espalier.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Lists known names with the nearest first, for the error about an unknown one. Distance is the
 * number of single-character edits, ignoring case (Levenshtein).
 */
public final class NearestNames {
  /** Characters of the unknown name that are looked at. */
  private static final int COMPARED = 100;

  private NearestNames() {}

  /**
   * Returns {@code known}, the names most like {@code unknown} first, ties in alphabetical order.
   */
  public static List<String> sorted(String unknown, Collection<String> known) {
    return known.stream()
        .sorted(
            Comparator.comparingInt((String name) -> distance(unknown, name))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /**
   * Returns the error for an unknown name.
   *
   * @param kind what was looked up, such as {@code "model"}
   */
  public static EspalierException unknown(
      ErrorCode code, String kind, String unknown, Collection<String> known) {
    List<String> sorted = sorted(unknown, known);
    int limit = 12;
    String listed = String.join(", ", sorted.subList(0, Math.min(limit, sorted.size())));
    String remedy;
    if (sorted.isEmpty()) {
      remedy = "No " + kind + " is known at all: is the plugin on the class path?";
    } else if (sorted.size() > limit) {
      remedy = "Nearest of " + sorted.size() + " known names: " + listed + ".";
    } else {
      remedy = "Known names, nearest first: " + listed + ".";
    }
    return new EspalierException(
        code, "There is no " + kind + " named \"" + unknown + "\".", remedy);
  }

  private static int distance(String left, String right) {
    // What is longer is no misspelt name, and comparing takes time with the length.
    String a = left.substring(0, Math.min(left.length(), COMPARED)).toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
