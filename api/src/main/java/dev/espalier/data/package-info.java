/**
 * Samples, where they come from and how they are changed. Read {@link dev.espalier.data.Dataset},
 * {@link dev.espalier.data.Image} and {@link dev.espalier.data.Augmentation} first.
 */
@NullMarked
package dev.espalier.data;

import org.jspecify.annotations.NullMarked;
