package dev.espalier.cli;

import dev.espalier.core.PluginRegistry;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which plugins take part. */
final class PluginOptions {
  @Option(
      names = "--exclude-plugin",
      paramLabel = "ID",
      description = "Leave out a plugin, for example where two bring the same name. Repeatable.")
  List<String> excluded = new ArrayList<>();

  PluginOptions() {}

  /** Returns what the plugins on the class path bring, without those left out. */
  PluginRegistry registry() {
    PluginRegistry.Builder builder = PluginRegistry.builder().discover();
    excluded.forEach(builder::exclude);
    return builder.build();
  }
}
