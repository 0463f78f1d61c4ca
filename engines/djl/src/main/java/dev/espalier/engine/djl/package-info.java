/**
 * What the engines whose native libraries DJL loads have in common; for authors of such engines,
 * not for users. Read {@link dev.espalier.engine.lowering.NativeSession} first: it checks what
 * comes in, so that an engine only stores, fetches and runs. {@link
 * dev.espalier.engine.lowering.ProgramLowering} walks a program, with a {@link
 * dev.espalier.engine.lowering.LoweringTable} that says what each primitive becomes, and writes the
 * gradients out.
 */
@NullMarked
package dev.espalier.engine.djl;

import org.jspecify.annotations.NullMarked;
