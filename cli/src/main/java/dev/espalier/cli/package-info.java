/**
 * The {@code espalier} command. Start with {@link dev.espalier.cli.Main}; each command and each
 * group of options has a class of its own.
 */
@NullMarked
package dev.espalier.cli;

import org.jspecify.annotations.NullMarked;
