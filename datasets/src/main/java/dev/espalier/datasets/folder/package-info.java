/**
 * Folders of images, one folder per class. {@link dev.espalier.datasets.folder.ImageFolder} is the
 * entry point.
 */
@NullMarked
package dev.espalier.datasets.folder;

import org.jspecify.annotations.NullMarked;
