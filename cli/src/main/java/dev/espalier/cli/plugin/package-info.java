/**
 * Plugins on the command line: {@link dev.espalier.cli.plugin.InstalledPlugins} finds them, {@link
 * dev.espalier.cli.plugin.PluginCommands} adds their commands to {@code espalier}.
 */
@NullMarked
package dev.espalier.cli.plugin;

import org.jspecify.annotations.NullMarked;
