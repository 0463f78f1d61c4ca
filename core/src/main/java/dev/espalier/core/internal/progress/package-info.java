/**
 * The output of a training while it runs. Read {@link
 * dev.espalier.core.internal.progress.ProgressCallback} first.
 */
@NullMarked
package dev.espalier.core.internal.progress;

import org.jspecify.annotations.NullMarked;
