@NullMarked
package dev.espalier.engine.tensorflow;

import org.jspecify.annotations.NullMarked;
