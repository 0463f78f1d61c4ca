/**
 * Classifies images on Apache Spark: Spark distributes, Espalier computes. Read {@link
 * dev.espalier.spark.EspalierClassifier} first.
 */
@NullMarked
package dev.espalier.spark;

import org.jspecify.annotations.NullMarked;
