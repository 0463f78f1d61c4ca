package dev.espalier.cli.text;

import dev.espalier.core.profile.Profile;
import dev.espalier.core.profile.ProfileRow;
import dev.espalier.model.Model;
import java.util.List;
import java.util.Locale;

/** The tables of a profile, 80 characters wide. */
public final class ProfileText {
  private static final int NAME = 35;
  private static final String OF_PROGRAM = "(whole step)";

  private final Profile profile;
  private final int rows;
  private final StringBuilder text = new StringBuilder();

  private ProfileText(Profile profile, int rows) {
    this.profile = profile;
    this.rows = rows;
  }

  /**
   * Returns the tables.
   *
   * @param rows of each table, the others are summed up
   */
  public static String of(Model model, Profile profile, int rows) {
    return new ProfileText(profile, rows).write(model);
  }

  private String write(Model model) {
    text.append(
        String.format(
            Locale.ROOT,
            "%s, %s, batch of %d, %s %s on %s, %s%n",
            model.name(),
            profile.step(),
            profile.batchSize(),
            profile.engine(),
            profile.version(),
            profile.device(),
            profile.precision().lowerCaseName()));
    text.append(
        String.format(
            Locale.ROOT,
            "A step takes %.1f ms while it is measured, %.1f ms otherwise.%n",
            profile.milliseconds(),
            profile.unmeasuredMilliseconds()));
    table("Layer", profile.byLayer());
    table("Primitive", profile.byPrimitive());
    table("Operator of " + profile.engine(), profile.byOperator());
    return text.toString().stripTrailing();
  }

  private void table(String title, List<ProfileRow> all) {
    text.append(
        String.format(
            "%n%-" + NAME + "s %10s %6s %10s %6s %8s%n",
            title,
            "time",
            "part",
            "gradients",
            "calls",
            "results"));
    all.stream().limit(rows).forEach(this::row);
    if (all.size() > rows) {
      List<ProfileRow> rest = all.subList(rows, all.size());
      row(
          new ProfileRow(
              "(" + rest.size() + " more)",
              rest.stream().mapToDouble(ProfileRow::milliseconds).sum(),
              rest.stream().mapToDouble(ProfileRow::gradientMilliseconds).sum(),
              rest.stream().mapToDouble(ProfileRow::fraction).sum(),
              rest.stream().mapToInt(ProfileRow::calls).sum(),
              rest.stream().mapToLong(ProfileRow::bytes).sum()));
    }
    double other = profile.otherMilliseconds();
    text.append(
        String.format(
            Locale.ROOT,
            "%-" + NAME + "s %7.2f ms %5.1f%%%n",
            "(outside of operators)",
            other,
            100 * other / Math.max(profile.milliseconds(), Double.MIN_NORMAL)));
  }

  private void row(ProfileRow row) {
    text.append(
        String.format(
            Locale.ROOT,
            "%-" + NAME + "s %7.2f ms %5.1f%% %7.2f ms %6d %8s%n",
            shortened(row.name().isEmpty() ? OF_PROGRAM : row.name()),
            row.milliseconds(),
            100 * row.fraction(),
            row.gradientMilliseconds(),
            row.calls(),
            size(row.bytes())));
  }

  /** The end of a path says more than its start. */
  private static String shortened(String name) {
    return name.length() <= NAME ? name : "…" + name.substring(name.length() - NAME + 1);
  }

  private static String size(long bytes) {
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
