/**
 * Runs programs on TensorFlow. {@link dev.espalier.engine.tensorflow.TensorFlowEngineProvider} is
 * the entry point. Inside, {@code GraphTarget} lowers a program to a TensorFlow graph, with one
 * class per family of primitives ({@code ElementwiseLowerings}, {@code ConvolutionLowerings} ...),
 * and {@code TensorFlowSession} runs it.
 */
@NullMarked
package dev.espalier.engine.tensorflow;

import org.jspecify.annotations.NullMarked;
