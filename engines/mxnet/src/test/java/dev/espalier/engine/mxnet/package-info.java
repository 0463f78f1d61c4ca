@NullMarked
package dev.espalier.engine.mxnet;

import org.jspecify.annotations.NullMarked;
