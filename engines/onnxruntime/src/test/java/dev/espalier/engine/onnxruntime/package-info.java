@NullMarked
package dev.espalier.engine.onnxruntime;

import org.jspecify.annotations.NullMarked;
