/** Groups of options used by several commands, and their conversion to settings. */
@NullMarked
package dev.espalier.cli.option;

import org.jspecify.annotations.NullMarked;
