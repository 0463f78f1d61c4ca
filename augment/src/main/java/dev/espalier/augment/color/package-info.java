/**
 * Augmentations of pixel values: brightness, contrast, hue, saturation, lookup tables, blur, noise
 * and sharpness.
 */
@NullMarked
package dev.espalier.augment.color;

import org.jspecify.annotations.NullMarked;
