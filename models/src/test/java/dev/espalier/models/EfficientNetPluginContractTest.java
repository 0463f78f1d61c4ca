package dev.espalier.models;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class EfficientNetPluginContractTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new EfficientNetPlugin();
  }
}
