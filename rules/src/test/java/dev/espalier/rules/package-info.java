/**
 * Rules that hold for the whole repository: which module and package may use which, how sources are
 * written, and that documents say what the code does.
 */
@NullMarked
package dev.espalier.rules;

import org.jspecify.annotations.NullMarked;
