/** How image files with labels are found and listed, wherever the labels come from. */
@NullMarked
package dev.espalier.datasets.internal.files;

import org.jspecify.annotations.NullMarked;
