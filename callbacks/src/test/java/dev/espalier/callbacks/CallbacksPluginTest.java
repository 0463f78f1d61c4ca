package dev.espalier.callbacks;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class CallbacksPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new CallbacksPlugin();
  }
}
