/**
 * Runs programs on MXNet. {@link dev.espalier.engine.mxnet.MxNetEngineProvider} is the entry point.
 * Inside, {@code InstructionTarget} lowers a program to a list of instructions, {@code Schedule}
 * prunes unused ones and determines when each value is used for the last time, and {@code Run}
 * executes them.
 */
@NullMarked
package dev.espalier.engine.mxnet;

import org.jspecify.annotations.NullMarked;
