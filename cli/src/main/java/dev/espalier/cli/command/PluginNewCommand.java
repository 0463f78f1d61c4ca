package dev.espalier.cli.command;

import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.plugin.PluginSkeleton;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates a new plugin project. */
@Command(
    name = "new",
    header = "Writes a working plugin with tests to start from.",
    description = "Maven builds and tests it: mvn verify. Nothing is overwritten.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier plugin new channel-attention",
      "  espalier plugin new channel-attention --folder attention"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class PluginNewCommand extends Subcommand {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Parameters(
      paramLabel = "NAME",
      description = "Id of the plugin, lower case with hyphens, such as channel-attention.")
  String name;

  private final Target target = new Target();

  PluginNewCommand() {}

  /** Where to write it. */
  static final class Target {
    @Option(
        names = "--folder",
        paramLabel = "FOLDER",
        description = "Where to write it; it must be new or empty. Default: NAME in this folder.")
    @Nullable Path folder;

    Target() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(OptionGroup.of(OptionGroup.Concern.OUTPUT, target));
  }

  @Override
  public Integer call() {
    PluginSkeleton skeleton = new PluginSkeleton(name);
    PluginRegistry registry = registry(new ConfigurationArguments());
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
    Path folder = target.folder == null ? Path.of(name) : target.folder;
    skeleton.write(folder).forEach(file -> out().println(folder.resolve(file)));
    out().println();
    out().println("Next: cd " + folder + " && mvn verify");
    out().flush();
    return 0;
  }
}
