/**
 * Augmentations: changes of images that preserve their class. Read {@link
 * dev.espalier.augment.policy.Chain}, which applies several in turn, and {@link
 * dev.espalier.augment.geometry.RandomFlip} as an example first; {@link
 * dev.espalier.augment.mix.MixUp} mixes whole batches. Results are those of Keras 3 unless a type
 * says otherwise. Images stay bytes, so values are rounded half to even and clipped to 0 to 255
 * after each augmentation.
 */
@NullMarked
package dev.espalier.augment;

import org.jspecify.annotations.NullMarked;
