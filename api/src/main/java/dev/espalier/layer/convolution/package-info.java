/**
 * Convolution layers. {@link dev.espalier.layer.convolution.Conv2D} describes the options that all
 * of them share.
 */
@NullMarked
package dev.espalier.layer.convolution;

import org.jspecify.annotations.NullMarked;
