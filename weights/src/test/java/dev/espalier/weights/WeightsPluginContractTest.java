package dev.espalier.weights;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class WeightsPluginContractTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new WeightsPlugin();
  }
}
