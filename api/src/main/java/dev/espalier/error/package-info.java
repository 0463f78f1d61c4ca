/**
 * Errors. Read {@link dev.espalier.error.EspalierException} and {@link
 * dev.espalier.error.ErrorCode}, its stable id, first.
 */
@NullMarked
package dev.espalier.error;

import org.jspecify.annotations.NullMarked;
