/**
 * Samples, data sets and augmentations. Read {@link dev.espalier.data.Dataset}, {@link
 * dev.espalier.data.Sample} and {@link dev.espalier.data.Augmentation} first.
 */
@NullMarked
package dev.espalier.data;

import org.jspecify.annotations.NullMarked;
