@NullMarked
package dev.espalier.engine.djl;

import org.jspecify.annotations.NullMarked;
