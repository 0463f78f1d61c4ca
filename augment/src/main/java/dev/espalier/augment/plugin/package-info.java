/** The plugin that contributes all augmentations, with their descriptions for configuration. */
@NullMarked
package dev.espalier.augment.plugin;

import org.jspecify.annotations.NullMarked;
