/**
 * Metrics and what they give. {@link dev.espalier.metric.Metric} is the general contract, {@link
 * dev.espalier.metric.MeanMetric} the simple one of a mean over samples; {@link
 * dev.espalier.metric.Evaluation} holds the values of an evaluation.
 */
@NullMarked
package dev.espalier.metric;

import org.jspecify.annotations.NullMarked;
