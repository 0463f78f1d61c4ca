/**
 * Options that are written as text: in a file, in the environment or on the command line. Read
 * {@link dev.espalier.option.OptionDescription}, which describes an option, {@link
 * dev.espalier.option.OptionValues}, which checks and parses what was given, and {@link
 * dev.espalier.option.Setting} first.
 */
@NullMarked
package dev.espalier.option;

import org.jspecify.annotations.NullMarked;
