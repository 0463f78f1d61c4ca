/**
 * Runs programs on PyTorch. {@link dev.espalier.engine.pytorch.PyTorchEngineProvider} is the door;
 * inside, {@code ScriptTarget} writes a program as one TorchScript function, forward pass,
 * gradients, updates and all, with the help of one class per family of primitives ({@code
 * ElementwiseLowerings}, {@code ConvolutionLowerings} ...), and {@code PyTorchProgram} runs it.
 */
@NullMarked
package dev.espalier.engine.pytorch;

import org.jspecify.annotations.NullMarked;
