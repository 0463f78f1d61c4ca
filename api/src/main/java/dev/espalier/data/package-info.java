/**
 * Samples and where they come from. Read {@link dev.espalier.data.Dataset} and {@link
 * dev.espalier.data.Image} first.
 */
@NullMarked
package dev.espalier.data;

import org.jspecify.annotations.NullMarked;
