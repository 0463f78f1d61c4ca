package dev.espalier.engine.pytorch;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class PyTorchPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new PyTorchPlugin();
  }
}
