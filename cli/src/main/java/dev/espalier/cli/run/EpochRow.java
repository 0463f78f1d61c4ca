package dev.espalier.cli.run;

/**
 * One epoch of a run, as it stands in the tables and curves.
 *
 * @param epoch counted from 1 through all phases
 * @param seconds with validation
 */
record EpochRow(
    String phase,
    int epoch,
    double loss,
    double accuracy,
    double validationLoss,
    double validationAccuracy,
    double learningRate,
    double seconds) {}
