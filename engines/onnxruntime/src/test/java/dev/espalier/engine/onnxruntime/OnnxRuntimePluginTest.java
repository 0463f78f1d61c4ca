package dev.espalier.engine.onnxruntime;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class OnnxRuntimePluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new OnnxRuntimePlugin();
  }
}
