/**
 * EfficientNet and its relatives, and what is needed to fine-tune them: {@link
 * dev.espalier.models.EfficientNet} and {@link dev.espalier.models.EfficientNetV2} build models,
 * {@link dev.espalier.models.Graft} puts a new head on one, {@link
 * dev.espalier.models.WeightTransfer} moves weights of a file into a model.
 */
@NullMarked
package dev.espalier.models;

import org.jspecify.annotations.NullMarked;
