/**
 * Runs programs on PyTorch. {@link dev.espalier.engine.pytorch.PyTorchEngineProvider} is the entry
 * point. Inside, {@code ScriptTarget} lowers a program to a single TorchScript function with
 * forward pass, gradients and updates, with one class per family of primitives ({@code
 * ElementwiseLowerings}, {@code ConvolutionLowerings} ...), and {@code PyTorchProgram} runs it.
 */
@NullMarked
package dev.espalier.engine.pytorch;

import org.jspecify.annotations.NullMarked;
