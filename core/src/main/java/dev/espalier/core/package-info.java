/**
 * Training on any engine, plugins and model files. Read {@link dev.espalier.core.Trainer} first,
 * then {@link dev.espalier.core.PluginRegistry} and {@link dev.espalier.core.ModelFile}.
 */
@NullMarked
package dev.espalier.core;

import org.jspecify.annotations.NullMarked;
