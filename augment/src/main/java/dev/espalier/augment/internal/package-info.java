/**
 * Rasters of pixels and checks of arguments that augmentations share. Not for use outside of
 * Espalier.
 */
@NullMarked
package dev.espalier.augment.internal;

import org.jspecify.annotations.NullMarked;
