package dev.espalier.engine.mxnet;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class MxNetPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new MxNetPlugin();
  }
}
