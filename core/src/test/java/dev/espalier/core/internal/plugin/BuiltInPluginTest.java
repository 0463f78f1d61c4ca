package dev.espalier.core.internal.plugin;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class BuiltInPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new BuiltInPlugin();
  }

  /** The registry has it anyway. */
  @Override
  protected boolean foundByServiceLoader() {
    return false;
  }
}
