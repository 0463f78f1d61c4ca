package dev.espalier.datasets.internal.files;

import dev.espalier.data.Split;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The common names of the splits of a data set. */
public final class SplitNames {
  private static final Map<String, Split> SPLITS =
      Map.of(
          "train", Split.TRAIN,
          "training", Split.TRAIN,
          "val", Split.VALIDATION,
          "valid", Split.VALIDATION,
          "validation", Split.VALIDATION,
          "validate", Split.VALIDATION,
          "dev", Split.VALIDATION,
          "test", Split.TEST,
          "testing", Split.TEST);

  /** As in {@code training_set}, {@code Test Images} or {@code val-data}. */
  private static final Pattern WORD =
      Pattern.compile("([a-z]+?)(?:[-_ ]?(?:set|split|data|images))?");

  private SplitNames() {}

  /** Returns the split with a common name, ignoring case, or null. */
  public static @Nullable Split find(String word) {
    Matcher matcher = WORD.matcher(word.strip().toLowerCase(Locale.ROOT));
    return matcher.matches() ? SPLITS.get(matcher.group(1)) : null;
  }

  /** Returns the split with a known name. */
  public static Split required(String word) {
    return Objects.requireNonNull(find(word), word);
  }

  /** Returns the name of a split in names of data sets. */
  public static String word(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }
}
