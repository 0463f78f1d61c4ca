package dev.espalier.cli.run;

/**
 * One epoch of a run, as in tables and curves.
 *
 * @param epoch counted from 1 across all phases
 * @param seconds including validation
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
