/**
 * Jobs for Apache Spark: {@link dev.espalier.sparkjob.ClassifyJob} classifies images, {@link
 * dev.espalier.sparkjob.TrainHeadJob} trains a classifier on features, {@link
 * dev.espalier.sparkjob.FineTuneJob} fine-tunes a model on executors.
 */
@NullMarked
package dev.espalier.sparkjob;

import org.jspecify.annotations.NullMarked;
