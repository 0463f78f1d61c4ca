package org.example.eca;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class EcaPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new EcaPlugin();
  }
}
