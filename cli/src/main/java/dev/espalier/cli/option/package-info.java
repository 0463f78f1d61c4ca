/** Groups of options that several commands share, and their way into the configuration. */
@NullMarked
package dev.espalier.cli.option;

import org.jspecify.annotations.NullMarked;
