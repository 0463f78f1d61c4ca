/**
 * What engines share to compile and run a program: {@link
 * dev.espalier.engine.lowering.NativeEngine} and {@link dev.espalier.engine.lowering.NativeSession}
 * are the frame, {@link dev.espalier.engine.lowering.LoweringTable} maps primitives to operators,
 * {@link dev.espalier.engine.lowering.ReverseMode} adds gradients.
 */
@NullMarked
package dev.espalier.engine.lowering;

import org.jspecify.annotations.NullMarked;
