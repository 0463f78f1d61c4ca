/** What the packages of this module share and others do not need. */
@NullMarked
package dev.espalier.datasets.internal;

import org.jspecify.annotations.NullMarked;
