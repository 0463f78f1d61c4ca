/**
 * Models and their weights. Read {@link dev.espalier.model.Model} and {@link
 * dev.espalier.model.Weights} first.
 */
@NullMarked
package dev.espalier.model;

import org.jspecify.annotations.NullMarked;
