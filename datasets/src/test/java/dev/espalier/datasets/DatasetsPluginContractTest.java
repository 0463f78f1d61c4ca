package dev.espalier.datasets;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class DatasetsPluginContractTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new DatasetsPlugin();
  }
}
