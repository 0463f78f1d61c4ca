/** Rules about the whole code, which the command sees all of. */
@NullMarked
package dev.espalier.architecture;

import org.jspecify.annotations.NullMarked;
