/** Completion scripts for shells. */
@NullMarked
package dev.espalier.cli.completion;

import org.jspecify.annotations.NullMarked;
