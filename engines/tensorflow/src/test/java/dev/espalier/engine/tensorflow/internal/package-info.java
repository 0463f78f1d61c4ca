@NullMarked
package dev.espalier.engine.tensorflow.internal;

import org.jspecify.annotations.NullMarked;
