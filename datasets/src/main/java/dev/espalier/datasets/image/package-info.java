/**
 * Image files as pixels: {@link dev.espalier.datasets.image.ImageFiles} with the default settings,
 * {@link dev.espalier.datasets.image.ImageDecoder} with your own.
 */
@NullMarked
package dev.espalier.datasets.image;

import org.jspecify.annotations.NullMarked;
