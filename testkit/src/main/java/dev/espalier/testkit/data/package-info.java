/**
 * Contract tests of data sets and augmentations: extend {@link
 * dev.espalier.testkit.data.DatasetContract}, {@link
 * dev.espalier.testkit.data.AugmentationContract} or {@link
 * dev.espalier.testkit.data.BatchAugmentationContract} in your tests.
 */
@NullMarked
package dev.espalier.testkit.data;

import org.jspecify.annotations.NullMarked;
