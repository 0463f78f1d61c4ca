/**
 * What every data set and every augmentation must do: extend {@link
 * dev.espalier.testkit.data.DatasetContract}, {@link
 * dev.espalier.testkit.data.AugmentationContract} or {@link
 * dev.espalier.testkit.data.BatchAugmentationContract} in the tests of yours.
 */
@NullMarked
package dev.espalier.testkit.data;

import org.jspecify.annotations.NullMarked;
