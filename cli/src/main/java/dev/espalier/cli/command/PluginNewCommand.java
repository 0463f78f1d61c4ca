package dev.espalier.cli.command;

import dev.espalier.cli.plugin.PluginSkeleton;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a plugin. */
@Command(
    name = "new",
    header = "Writes a plugin that works, with tests, to start from.",
    description = "Maven builds and tests it: mvn verify. Nothing is overwritten.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class PluginNewCommand extends Subcommand {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Parameters(
      paramLabel = "NAME",
      description = "Id of the plugin, lower case with hyphens, such as channel-attention.")
  String name;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Where to write it; it must be new or empty (default: NAME in this folder).")
  @Nullable Path folder;

  PluginNewCommand() {}

  @Override
  public Integer call() {
    PluginSkeleton skeleton = new PluginSkeleton(name);
    PluginRegistry registry = registry();
    if (registry.pluginIds().contains(name)
        || registry.layerTypes().containsKey(skeleton.layerType())) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The name \""
              + name
              + "\" is taken: there is such a plugin, or a layer "
              + skeleton.layerType()
              + ".",
          "Choose another name; espalier plugin list shows what there is.");
    }
    Path target = folder == null ? Path.of(name) : folder;
    skeleton.write(target).forEach(file -> out().println(target.resolve(file)));
    out().println();
    out().println("Next: cd " + target + " && mvn verify");
    out().flush();
    return 0;
  }
}
