/** A training run of the command: its phases, its folder, its report, its interruption. */
@NullMarked
package dev.espalier.cli.run;

import org.jspecify.annotations.NullMarked;
