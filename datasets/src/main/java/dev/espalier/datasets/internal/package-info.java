/** Classes used by several packages of this module only. */
@NullMarked
package dev.espalier.datasets.internal;

import org.jspecify.annotations.NullMarked;
