/**
 * Augmentations that mix the images and labels of a batch: {@link dev.espalier.augment.mix.MixUp}
 * and {@link dev.espalier.augment.mix.CutMix}.
 */
@NullMarked
package dev.espalier.augment.mix;

import org.jspecify.annotations.NullMarked;
