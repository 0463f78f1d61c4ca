/**
 * How Espalier is extended: a jar brings one {@link dev.espalier.plugin.Plugin}, found by {@link
 * java.util.ServiceLoader}; it lists what it brings. Read {@code Plugin} first, then {@link
 * dev.espalier.plugin.Component}, which describes what configuration can name.
 */
@NullMarked
package dev.espalier.plugin;

import org.jspecify.annotations.NullMarked;
