/**
 * Augmentations composed of others: published policies such as {@link
 * dev.espalier.augment.policy.RandAugment}, and {@link dev.espalier.augment.policy.Chain} to
 * compose your own.
 */
@NullMarked
package dev.espalier.augment.policy;

import org.jspecify.annotations.NullMarked;
