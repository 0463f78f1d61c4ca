/**
 * Reports of trainings and evaluations as one HTML file, and comparisons of runs. Read {@link
 * dev.espalier.report.Report} first, then {@link dev.espalier.report.PredictionAnalysis} for what
 * the predictions of a model show, and {@link dev.espalier.report.RunComparison}.
 */
@NullMarked
package dev.espalier.report;

import org.jspecify.annotations.NullMarked;
