/**
 * Layers of transformers: {@link dev.espalier.layer.attention.MultiHeadAttention} and what adds
 * tokens and positions to a sequence.
 */
@NullMarked
package dev.espalier.layer.attention;

import org.jspecify.annotations.NullMarked;
