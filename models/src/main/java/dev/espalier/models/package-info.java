/**
 * EfficientNet and its relatives: {@link dev.espalier.models.EfficientNet} and {@link
 * dev.espalier.models.EfficientNetV2} build models.
 */
@NullMarked
package dev.espalier.models;

import org.jspecify.annotations.NullMarked;
