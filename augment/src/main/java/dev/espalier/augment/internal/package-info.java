/** Pixel rasters and argument checks used by augmentations. Not for use outside of Espalier. */
@NullMarked
package dev.espalier.augment.internal;

import org.jspecify.annotations.NullMarked;
