/**
 * Augmentations that move pixels (crops, flips, rotation, shear, translation, zoom) or erase
 * rectangles. {@link dev.espalier.augment.geometry.Filling} says what fills the pixels that come
 * from outside of the image.
 */
@NullMarked
package dev.espalier.augment.geometry;

import org.jspecify.annotations.NullMarked;
