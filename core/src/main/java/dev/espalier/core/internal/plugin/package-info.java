/** Discovers and loads plugins. Not for users: see {@link dev.espalier.core.PluginRegistry}. */
@NullMarked
package dev.espalier.core.internal.plugin;

import org.jspecify.annotations.NullMarked;
