/**
 * Downloads published files, only on request. Read {@link
 * dev.espalier.datasets.download.PublishedFile} first.
 */
@NullMarked
package dev.espalier.datasets.download;

import org.jspecify.annotations.NullMarked;
