/**
 * Classifies images and trains on Apache Spark: Spark distributes, Espalier computes. Read {@link
 * dev.espalier.spark.EspalierClassifier} and {@link dev.espalier.spark.SparkTrainer} first.
 */
@NullMarked
package dev.espalier.spark;

import org.jspecify.annotations.NullMarked;
