package dev.espalier.augment.plugin;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class AugmentPluginContractTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new AugmentPlugin();
  }
}
