/**
 * Downloads files that somebody has published, only when asked to. Read {@link
 * dev.espalier.download.Downloads} first.
 */
@NullMarked
package dev.espalier.download;

import org.jspecify.annotations.NullMarked;
