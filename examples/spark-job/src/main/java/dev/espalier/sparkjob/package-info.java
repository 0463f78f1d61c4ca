/**
 * Jobs for Apache Spark: {@link dev.espalier.sparkjob.ClassifyJob} classifies images, {@link
 * dev.espalier.sparkjob.TrainHeadJob} trains a classifier on features.
 */
@NullMarked
package dev.espalier.sparkjob;

import org.jspecify.annotations.NullMarked;
