/** What passes and engines find out about operations. Not for use outside of Espalier. */
@NullMarked
package dev.espalier.graph.internal;

import org.jspecify.annotations.NullMarked;
