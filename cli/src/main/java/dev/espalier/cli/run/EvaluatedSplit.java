package dev.espalier.cli.run;

/** Which samples of a data set a model is evaluated on. */
public enum EvaluatedSplit {
  TRAIN,
  VALIDATION,
  TEST,
  ALL
}
