package dev.espalier.datasets;

import dev.espalier.data.Split;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words by which people call the parts of a data set. */
final class SplitNames {
  private static final Map<String, Split> SPLITS =
      Map.of(
          "train", Split.TRAIN,
          "training", Split.TRAIN,
          "val", Split.VALIDATION,
          "valid", Split.VALIDATION,
          "validation", Split.VALIDATION,
          "dev", Split.VALIDATION,
          "test", Split.TEST,
          "testing", Split.TEST);

  private SplitNames() {}

  /** Returns the part that a word stands for, in any case, or null. */
  static @Nullable Split find(String word) {
    return SPLITS.get(word.toLowerCase(Locale.ROOT));
  }

  /** Returns the word for a part in names of data sets. */
  static String word(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }
}
