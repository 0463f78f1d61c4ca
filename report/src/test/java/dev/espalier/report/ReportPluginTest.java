package dev.espalier.report;

import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;

class ReportPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new ReportPlugin();
  }
}
