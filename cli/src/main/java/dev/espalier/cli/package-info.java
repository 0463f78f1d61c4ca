/**
 * The {@code espalier} command. Read {@link dev.espalier.cli.Main} first; one class for each
 * command, one for each group of options.
 */
@NullMarked
package dev.espalier.cli;

import org.jspecify.annotations.NullMarked;
