/**
 * Errors as users meet them: {@link dev.espalier.error.EspalierException} with a stable {@link
 * dev.espalier.error.ErrorCode}.
 */
@NullMarked
package dev.espalier.error;

import org.jspecify.annotations.NullMarked;
