/**
 * Augmentations that move pixels (crops, flips, rotation, shear, translation, zoom) or erase
 * rectangles. {@link dev.espalier.augment.geometry.FillMode} determines the pixels beyond the edge,
 * {@link dev.espalier.augment.geometry.Filling} those of erased areas.
 */
@NullMarked
package dev.espalier.augment.geometry;

import org.jspecify.annotations.NullMarked;
