package dev.espalier.cli;

/** Which samples of a data set a model is evaluated on. */
enum EvaluatedSplit {
  TRAIN,
  VALIDATION,
  TEST,
  ALL
}
