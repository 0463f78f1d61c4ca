package dev.espalier.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** How reports write values: titles of metrics, percentages, numbers, durations. */
public final class ValueText {
  static final String MISSING = "–";

  /** What the names of metrics contain whose values are fractions from 0 to 1. */
  private static final List<String> FRACTIONS =
      List.of("accuracy", "precision", "recall", "score", "auc");

  private ValueText() {}

  /** Returns a metric as people call it, such as {@code validation top 5 accuracy}. */
  public static String title(String name) {
    boolean validation = name.startsWith(RunHistory.VALIDATION);
    String base = validation ? name.substring(RunHistory.VALIDATION.length()) : name;
    return (validation ? "validation " : "") + base.replace('_', ' ');
  }

  /** Returns a title with a capital first letter. */
  static String heading(String name) {
    String title = title(name);
    return title.isEmpty()
        ? title
        : title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
  }

  /** Returns whether more of a metric is better, as far as its name tells. */
  static boolean isFraction(String name) {
    return !name.contains("brier") && FRACTIONS.stream().anyMatch(name::contains);
  }

  /** Returns a value of a metric, such as {@code 91.3 %} of an accuracy. */
  public static String value(String name, double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? MISSING : "∞";
    }
    return isFraction(name) ? percent(value, 1) : String.format(Locale.ROOT, "%.4f", value);
  }

  static String percent(double fraction, int digits) {
    return Double.isFinite(fraction)
        ? String.format(Locale.ROOT, "%." + digits + "f %%", 100 * fraction)
        : MISSING;
  }

  /** Returns a number with four digits at most, such as {@code 0.0125} or {@code 2e-5}. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? MISSING : value > 0 ? "∞" : "-∞";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded =
        new BigDecimal(value)
            .round(new MathContext(4, RoundingMode.HALF_EVEN))
            .stripTrailingZeros();
    double size = Math.abs(value);
    if (size >= 1e-3 && size < 1e6) {
      return rounded.toPlainString();
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return rounded.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  /** Returns a sum of samples or weights: a whole number where it is one. */
  static String count(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%,.2f", value);
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Returns a duration, such as {@code 2 min 5 s}. */
  public static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return MISSING;
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
