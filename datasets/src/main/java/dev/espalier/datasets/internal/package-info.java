/** What several packages of this module use and others do not need. */
@NullMarked
package dev.espalier.datasets.internal;

import org.jspecify.annotations.NullMarked;
