package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** The shares of a data set that has no splits of its own. */
record Division(double train, double validation, double test) {
  private static final double ROUNDING = 1e-9;

  Division {
    if (!(train > 0 && validation >= 0 && test >= 0)
        || !(Math.abs(train + validation + test - 1) <= ROUNDING)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A data set cannot be divided into shares of "
              + train
              + ", "
              + validation
              + " and "
              + test
              + ".",
          "Give shares for training, validation and test that make 1 together, such as 0.8, 0.1 and"
              + " 0.1; the first above 0.");
    }
  }

  Dataset part(Dataset whole, Split split, long seed) {
    double share =
        switch (split) {
          case TRAIN -> train;
          case VALIDATION -> validation;
          case TEST -> test;
        };
    if (share == 0) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_LAYOUT,
          "The share of the part that was asked for is 0.",
          "Ask for another part, or divide differently.");
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
}
