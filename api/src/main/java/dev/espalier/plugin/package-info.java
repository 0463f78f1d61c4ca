/**
 * How Espalier is extended: a jar brings one {@link dev.espalier.plugin.Plugin}, found by {@link
 * java.util.ServiceLoader}; it lists what it brings.
 */
@NullMarked
package dev.espalier.plugin;

import org.jspecify.annotations.NullMarked;
