/** Text and images that commands write. */
@NullMarked
package dev.espalier.cli.text;

import org.jspecify.annotations.NullMarked;
