/**
 * Fetches published files, only when asked to. Read {@link
 * dev.espalier.datasets.download.PublishedFile} first.
 */
@NullMarked
package dev.espalier.datasets.download;

import org.jspecify.annotations.NullMarked;
