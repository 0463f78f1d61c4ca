/**
 * Reads weight files of other frameworks. Each format has a package of its own: {@link
 * dev.espalier.weights.keras.KerasLegacyHdf5} reads the {@code .h5} files that Keras publishes,
 * {@link dev.espalier.weights.pytorch.PyTorchFormat} those of PyTorch, {@link
 * dev.espalier.weights.tensorflow.TensorFlowCheckpoint} and {@link
 * dev.espalier.weights.numpy.NumpyFormat} those of TensorFlow and NumPy.
 */
@NullMarked
package dev.espalier.weights;

import org.jspecify.annotations.NullMarked;
