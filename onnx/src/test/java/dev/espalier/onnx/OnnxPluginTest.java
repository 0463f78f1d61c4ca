package dev.espalier.onnx;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class OnnxPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new OnnxPlugin();
  }
}
