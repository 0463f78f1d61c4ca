/**
 * Writes models as ONNX files, which other programs run. {@link dev.espalier.onnx.Onnx} is for
 * users; engines that run ONNX translate programs with {@link dev.espalier.onnx.OnnxProgram}.
 */
@NullMarked
package dev.espalier.onnx;

import org.jspecify.annotations.NullMarked;
