package dev.espalier.data;

/** Splits of a data set. */
public enum Split {
  /** To train on. */
  TRAIN,
  /** To choose settings by, while training. */
  VALIDATION,
  /** To judge the result by, once, at the end. */
  TEST
}
