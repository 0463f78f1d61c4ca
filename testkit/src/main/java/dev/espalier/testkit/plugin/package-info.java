/** Contract tests of plugins: {@link dev.espalier.testkit.plugin.PluginContract}. */
@NullMarked
package dev.espalier.testkit.plugin;

import org.jspecify.annotations.NullMarked;
