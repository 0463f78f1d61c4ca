package dev.espalier.engine.tensorflow;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class TensorFlowPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new TensorFlowPlugin();
  }
}
