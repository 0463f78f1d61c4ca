/**
 * Builds the programs that train, evaluate and run a model. Read {@link
 * dev.espalier.core.internal.program.ProgramBuilder} first.
 */
@NullMarked
package dev.espalier.core.internal.program;

import org.jspecify.annotations.NullMarked;
