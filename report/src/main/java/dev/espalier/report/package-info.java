/**
 * Reports of trainings, evaluations and data as one HTML file, and comparisons of runs. Read {@link
 * dev.espalier.report.Report} first, then {@link dev.espalier.report.PredictionAnalysis} for what
 * the predictions of a model show, {@link dev.espalier.report.RunComparison}, and {@link
 * dev.espalier.report.DataReport} for images to check.
 */
@NullMarked
package dev.espalier.report;

import org.jspecify.annotations.NullMarked;
