package dev.espalier.cli.bundled;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class BundledPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new BundledPlugin();
  }
}
