/**
 * Runs programs on MXNet. {@link dev.espalier.engine.mxnet.MxNetEngineProvider} is the door;
 * inside, {@code InstructionTarget} turns a program into a list of instructions, {@code Schedule}
 * drops what is not needed and says when each value is used for the last time, and {@code Run} does
 * the work.
 */
@NullMarked
package dev.espalier.engine.mxnet;

import org.jspecify.annotations.NullMarked;
