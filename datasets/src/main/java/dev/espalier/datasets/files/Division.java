package dev.espalier.datasets.files;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.datasets.internal.files.SplitNames;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetSplits;
import java.util.EnumSet;

/** The fractions for splitting a data set that has no splits. */
record Division(double train, double validation, double test) {
  private static final double ROUNDING = 1e-9;

  Division {
    if (!(train > 0 && validation >= 0 && test >= 0)
        || !(Math.abs(train + validation + test - 1) <= ROUNDING)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A data set cannot be divided into fractions of "
              + train
              + ", "
              + validation
              + " and "
              + test
              + ".",
          "Give fractions for training, validation and test that add up to 1, such as 0.8, 0.1 and"
              + " 0.1; the first above 0.");
    }
  }

  /** Returns a split, which may be empty if classes have few images. */
  Dataset split(Dataset whole, Split split, long seed) {
    if (fraction(split) == 0) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_LAYOUT,
          "The fraction of the " + SplitNames.word(split) + " split is 0.",
          "Use another split, or other fractions.");
    }
    if (train >= 1 - ROUNDING) {
      return whole;
    }
    Datasets.Division held = Datasets.divide(whole, train, seed);
    if (split == Split.TRAIN) {
      return held.first();
    }
    double rest = validation / (validation + test);
    if (rest == 0 || rest == 1) {
      return held.second();
    }
    Datasets.Division halves = Datasets.divide(held.second(), rest, seed);
    return split == Split.VALIDATION ? halves.first() : halves.second();
  }

  /**
   * Returns the splits that are not empty: if classes have few images, validation or test may be
   * empty.
   */
  DatasetSplits splits(Dataset whole, long seed) {
    EnumSet<Split> available = EnumSet.noneOf(Split.class);
    for (Split split : Split.values()) {
      if (fraction(split) > 0 && split(whole, split, seed).size() > 0) {
        available.add(split);
      }
    }
    return DatasetSplits.drawn(available);
  }

  private double fraction(Split split) {
    return switch (split) {
      case TRAIN -> train;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }
}
