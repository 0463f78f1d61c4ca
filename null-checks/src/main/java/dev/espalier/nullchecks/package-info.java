/** The step of the build that makes public methods refuse null. */
@NullMarked
package dev.espalier.nullchecks;

import org.jspecify.annotations.NullMarked;
