/**
 * Inference in ONNX Runtime. A program is translated to ONNX with its variables as constants, when
 * it runs first and after a variable was written. Read {@link
 * dev.espalier.engine.onnxruntime.OnnxRuntimeEngineProvider} first.
 */
@NullMarked
package dev.espalier.engine.onnxruntime;

import org.jspecify.annotations.NullMarked;
