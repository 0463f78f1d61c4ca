/** How a classifier gathers requests into batches and runs them. */
@NullMarked
package dev.espalier.core.internal.classifier;

import org.jspecify.annotations.NullMarked;
