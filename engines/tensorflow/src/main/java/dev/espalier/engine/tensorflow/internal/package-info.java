/**
 * Finding, unpacking and loading TensorFlow's native libraries. Start with {@link
 * dev.espalier.engine.tensorflow.internal.NativeLoader}.
 */
@NullMarked
package dev.espalier.engine.tensorflow.internal;

import org.jspecify.annotations.NullMarked;
