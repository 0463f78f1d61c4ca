/** The plugin that brings all augmentations, and how a configuration describes them. */
@NullMarked
package dev.espalier.augment.plugin;

import org.jspecify.annotations.NullMarked;
