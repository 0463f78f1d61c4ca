@NullMarked
package dev.espalier.engine.pytorch;

import org.jspecify.annotations.NullMarked;
