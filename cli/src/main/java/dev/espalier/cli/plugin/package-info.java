/**
 * Plugins on the command line: {@link dev.espalier.cli.plugin.InstalledPlugins} finds them, {@link
 * dev.espalier.cli.plugin.PluginCommands} makes their commands commands of {@code espalier}.
 */
@NullMarked
package dev.espalier.cli.plugin;

import org.jspecify.annotations.NullMarked;
