/**
 * Published weights by name: {@link dev.espalier.weights.pretrained.Pretrained} names them, and
 * {@code catalogue.json} lists their files.
 */
@NullMarked
package dev.espalier.weights.pretrained;

import org.jspecify.annotations.NullMarked;
