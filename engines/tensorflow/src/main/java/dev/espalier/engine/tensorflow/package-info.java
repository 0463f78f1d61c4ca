/**
 * Runs programs on TensorFlow. {@link dev.espalier.engine.tensorflow.TensorFlowEngineProvider} is
 * the door; inside, {@code GraphTarget} turns a program into a TensorFlow graph with the help of
 * one class per family of primitives ({@code ElementwiseLowerings}, {@code ConvolutionLowerings}
 * ...), and {@code TensorFlowSession} runs it.
 */
@NullMarked
package dev.espalier.engine.tensorflow;

import org.jspecify.annotations.NullMarked;
