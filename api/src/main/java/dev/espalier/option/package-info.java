/**
 * Options that are written as text, in a file, in the environment or on the command line: an {@link
 * dev.espalier.option.OptionDescription} says what there is, {@link
 * dev.espalier.option.OptionValues} checks what was given and gives it back typed.
 */
@NullMarked
package dev.espalier.option;

import org.jspecify.annotations.NullMarked;
