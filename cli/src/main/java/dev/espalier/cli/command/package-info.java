/**
 * The commands, one class each. {@link dev.espalier.cli.command.Subcommand} is their base class.
 */
@NullMarked
package dev.espalier.cli.command;

import org.jspecify.annotations.NullMarked;
