/**
 * Models and their weights. Read {@link dev.espalier.model.Model}, {@link
 * dev.espalier.model.Weights} and {@link dev.espalier.model.Sequential} first.
 */
@NullMarked
package dev.espalier.model;

import org.jspecify.annotations.NullMarked;
