/** Scripts that complete commands and options in shells. */
@NullMarked
package dev.espalier.cli.completion;

import org.jspecify.annotations.NullMarked;
