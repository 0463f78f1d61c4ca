/**
 * Models and their weights. Read {@link dev.espalier.model.Model}, {@link
 * dev.espalier.model.Weights} and {@link dev.espalier.model.Sequential} first; {@link
 * dev.espalier.model.Graft} puts a new head on a model, {@link dev.espalier.model.WeightTransfer}
 * moves weights into one.
 */
@NullMarked
package dev.espalier.model;

import org.jspecify.annotations.NullMarked;
