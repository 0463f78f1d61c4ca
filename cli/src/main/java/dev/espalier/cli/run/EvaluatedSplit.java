package dev.espalier.cli.run;

/** The samples that a model is evaluated on. */
public enum EvaluatedSplit {
  TRAIN,
  VALIDATION,
  TEST,
  ALL
}
