/**
 * Augmentations that change pixel values and not their places: brightness, contrast, hue,
 * saturation, tables of values, blur, noise and sharpness.
 */
@NullMarked
package dev.espalier.augment.color;

import org.jspecify.annotations.NullMarked;
