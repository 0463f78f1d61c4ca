/**
 * Tables (CSV, JSON) that name image files and their labels. {@link
 * dev.espalier.datasets.table.Manifest} is the entry point.
 */
@NullMarked
package dev.espalier.datasets.table;

import org.jspecify.annotations.NullMarked;
