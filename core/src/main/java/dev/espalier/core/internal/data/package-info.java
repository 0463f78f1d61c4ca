/**
 * Turns samples into batches on worker threads. Read {@link
 * dev.espalier.core.internal.data.BatchLoader} first.
 */
@NullMarked
package dev.espalier.core.internal.data;

import org.jspecify.annotations.NullMarked;
