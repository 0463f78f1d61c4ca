/**
 * What a training run of the command does beside training: its phases, its folder, its report, its
 * interruption.
 */
@NullMarked
package dev.espalier.cli.run;

import org.jspecify.annotations.NullMarked;
