package dev.espalier.data;

/** Parts of a data set as its publisher divided it. */
public enum Split {
  /** To learn from. */
  TRAIN,
  /** To choose settings by, while training. */
  VALIDATION,
  /** To judge the result by. */
  TEST
}
