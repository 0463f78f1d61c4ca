/** Formats text and images for output. */
@NullMarked
package dev.espalier.cli.text;

import org.jspecify.annotations.NullMarked;
